// What moves is looked at again every second, until it stands still.
const PAUSE = 1000; // ms

let timer;

export function follow({ now = false } = {}) {
  clearTimeout(timer);
  const standing = document.querySelector("[data-progress]");
  if (standing && (now || standing.hasAttribute("data-moving"))) {
    timer = setTimeout(() => look(standing.dataset.progress), now ? 0 : PAUSE);
  }
}

async function look(address) {
  let answer;
  try {
    answer = await fetch(address);
  } catch {
    timer = setTimeout(() => look(address), 5 * PAUSE); // the network is away
    return;
  }
  const old = document.querySelector(`[data-progress="${address}"]`);
  if (!old || !answer.ok) return;
  const html = await answer.text();
  const section = new DOMParser().parseFromString(html, "text/html").querySelector("section");
  if (section.innerHTML !== old.innerHTML) old.replaceWith(section);
  const send = document.querySelector("details.send");
  if (send) {
    send.hidden = section.hasAttribute("data-moving");
    send.open = !section.classList.contains("ready");
  }
  follow();
}
