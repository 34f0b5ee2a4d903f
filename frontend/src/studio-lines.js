// The editor of a transcript: listen at a line, choose a run of lines, lose nothing.
let changed = false;

addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});

export function prepareLines() {
  changed = false;
  const form = document.querySelector("form[data-lines]");
  if (!form) return;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  prepareListening(form);
  prepareRuns(form);
}

function prepareListening(form) {
  const sound = document.querySelector("[data-listen]");
  if (!sound) return;
  form.addEventListener("click", (event) => {
    const time = event.target.closest("a[data-start]");
    if (!time) return;
    event.preventDefault();
    sound.currentTime = Number(time.dataset.start);
    sound.play();
  });
}

// With the shift key, everything between two boxes is chosen.
function prepareRuns(form) {
  const boxes = [...form.querySelectorAll('input[name="chosen"]')];
  let last = -1;
  for (const [place, box] of boxes.entries()) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last >= 0) {
        const run = boxes.slice(Math.min(last, place), Math.max(last, place) + 1);
        for (const other of run) other.checked = box.checked;
      }
      last = place;
    });
  }
}
