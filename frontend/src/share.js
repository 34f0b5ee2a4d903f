// Small comforts: copy an address, share by the system's own dialog, and put the podcast
// apps that this device has first.
for (const button of document.querySelectorAll("button[data-copy], button[data-copy-at]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const said = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy ?? atThisMoment(button.dataset.copyAt));
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = said), 2500);
  });
}

function atThisMoment(address) {
  const seconds = Math.floor(document.querySelector("[data-player]")?.currentTime ?? 0);
  return seconds ? `${address}?t=${seconds}` : address;
}

for (const button of document.querySelectorAll("button[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ title: document.title, url: button.dataset.share }).catch(() => {});
  });
}

// The apps of this device come first, four in all; nothing of it is sent anywhere.
const AT_ONCE = 4;
const first = document.querySelector("[data-apps]");
const more = document.querySelector("[data-more-apps]");
if (first && more) {
  const device = deviceKind();
  const known = [...more.querySelectorAll("[data-on]")];
  for (const item of known.filter((app) => app.dataset.on.split(" ").includes(device)).reverse()) {
    item.hidden = false;
    first.prepend(item);
  }
  while (first.children.length > AT_ONCE) more.prepend(first.lastElementChild);
}

function deviceKind() {
  const agent = navigator.userAgent;
  if (/iPhone|iPad|iPod/.test(agent)) return "ios";
  // An iPad says that it is a Mac, but no Mac has a screen to touch.
  if (/Macintosh/.test(agent)) return navigator.maxTouchPoints > 1 ? "ios" : "mac";
  return "other";
}
