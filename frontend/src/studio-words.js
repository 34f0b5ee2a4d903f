// The form of an episode: nothing typed is lost, and times are local ones.
import { isSending } from "./studio-upload.js";

let changed = false;

addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});

export function prepareWords() {
  for (const time of document.querySelectorAll("time[data-local]")) {
    time.textContent = new Date(time.dateTime).toLocaleString();
  }
  changed = false;
  for (const zone of document.querySelectorAll("[data-zone]")) prepareZone(zone.closest("form"));
  const form = document.querySelector("form[data-words]");
  if (!form) return;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", (event) => submit(event, form));
  prepareNotes(form);
}

function submit(event, form) {
  changed = false;
  // Leaving the page would end an upload, so it saves from here instead.
  if (!isSending()) return;
  event.preventDefault();
  save(form, event.submitter);
}

async function save(form, submitter) {
  const told = form.querySelector("[data-saved]");
  try {
    const body = new FormData(form, submitter);
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    showProblems(form, page);
    const refusal = page.querySelector(".notice")?.textContent ?? form.dataset.unkept;
    told.textContent = answer.ok ? form.dataset.kept : refusal;
    changed = !answer.ok;
    if (answer.ok) document.querySelector("h1").textContent = form.elements.title.value;
  } catch {
    told.textContent = form.dataset.unkept;
    changed = true;
  }
}

function showProblems(form, page) {
  for (const old of form.querySelectorAll(".problem")) old.remove();
  for (const problem of page.querySelectorAll("form[data-words] .problem")) {
    const field = document.getElementById(problem.id.replace("-problem", ""));
    (field ?? form.querySelector(".bar")).after(problem);
  }
}

function prepareNotes(form) {
  const place = form.querySelector("[data-preview]");
  const [button, shown] = place.children;
  place.hidden = false;
  button.addEventListener("click", async () => {
    const body = new FormData();
    for (const name of ["csrf", "notes"]) body.set(name, form.elements[name].value);
    const answer = await fetch(place.dataset.preview, { method: "POST", body });
    if (!answer.ok) return;
    shown.innerHTML = await answer.text(); // cleaned by the server
    shown.hidden = false;
  });
}

function prepareZone(form) {
  const when = form.querySelector("input[type=datetime-local]");
  form.querySelector("[data-zone]").textContent =
    `(${Intl.DateTimeFormat().resolvedOptions().timeZone})`;
  const measure = () => {
    const moment = when.value ? new Date(when.value) : new Date();
    form.elements.utc_offset_minutes.value = moment.getTimezoneOffset();
  };
  when.addEventListener("change", measure);
  form.addEventListener("submit", measure);
}
