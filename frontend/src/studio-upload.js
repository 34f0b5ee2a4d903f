// A recording on its way: resumable, and it goes on while the words are written.
import { follow } from "./studio-progress.js";

const CHUNK = 32 * 1024 * 1024; // bytes; some networks do not let more through at once
const PAUSES = [0, 1000, 3000, 5000, 10000, 20000, 40000, 60000]; // ms

let current = null; // { upload, episode, percent, failed, answer }

export const isSending = () => current !== null && !current.failed;

addEventListener("beforeunload", (event) => {
  if (isSending()) event.preventDefault();
});
addEventListener("online", () => current?.failed && goOn());

export function prepareUploads(move) {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      begin(form, form.elements.recording.files[0], move);
    });
    if (form.dataset.begin) prepareDrop(form);
    form.elements.recording.addEventListener("change", () => form.requestSubmit());
  }
  tell();
}

function prepareDrop(form) {
  const over = (event) => {
    event.preventDefault();
    form.classList.toggle("over", event.type === "dragover");
  };
  for (const kind of ["dragover", "dragleave"]) form.addEventListener(kind, over);
  form.addEventListener("drop", (event) => {
    over(event);
    if (event.dataTransfer.files.length === 0) return;
    form.elements.recording.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

async function begin(form, file, move) {
  if (!file) return;
  if (file.size === 0) return say(form, form.dataset.empty);
  form.inert = true;
  try {
    const { Upload } = await import("tus-js-client");
    const upload = new Upload(file, options(file));
    const previous = await interrupted(upload, form.dataset.episode);
    const episode = form.dataset.episode ?? previous?.metadata.episode ?? (await draft(form, file));
    upload.options.metadata.episode = episode;
    if (form.elements.consent?.checked) upload.options.metadata.consent = "yes";
    if (previous) upload.resumeFromPreviousUpload(previous);
    current = { upload, episode, percent: 0, failed: false };
    upload.start();
    if (form.dataset.begin) await move(`/studio/episodes/${episode}`);
    // A small file may have arrived before the page came that does not know it yet.
    if (current?.upload !== upload) follow({ now: true });
    tell();
  } catch {
    say(form, form.dataset.failed);
  } finally {
    form.inert = false;
  }
}

// The same file again goes on where it stopped; for a new episode, in its draft.
async function interrupted(upload, episode) {
  for (const previous of await upload.findPreviousUploads()) {
    const wanted = episode ?? previous.metadata.episode;
    if (!wanted || previous.metadata.episode !== wanted || !previous.uploadUrl) continue;
    const headers = { "Tus-Resumable": "1.0.0" };
    const answer = await fetch(previous.uploadUrl, { method: "HEAD", headers });
    const { headers: told } = answer;
    if (answer.ok && told.get("upload-offset") !== told.get("upload-length")) return previous;
  }
  return null;
}

async function draft(form, file) {
  const body = new FormData();
  body.set("csrf", form.elements.csrf.value);
  body.set("filename", file.name);
  const answer = await fetch(form.dataset.begin, { method: "POST", body });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).id;
}

function options(file) {
  return {
    endpoint: "/studio/uploads",
    chunkSize: CHUNK,
    retryDelays: PAUSES,
    removeFingerprintOnSuccess: true,
    metadata: { filename: file.name, filetype: file.type },
    onProgress(sent, total) {
      current.percent = Math.floor((100 * sent) / total);
      tell();
    },
    onSuccess() {
      current = null;
      follow({ now: true });
    },
    onError(error) {
      current.failed = true;
      current.answer = error.originalResponse;
      tell();
    },
  };
}

function goOn() {
  current.failed = false;
  current.upload.start();
  tell();
}

function tell() {
  const form = document.querySelector(`form[data-episode="${current?.episode}"]`);
  const standing = document.querySelector("#standing");
  if (!current || !form || !standing) return;
  const text = current.failed ? why(form.dataset, current.answer) : form.dataset.sending;
  form.closest("details").hidden = true;
  standing.querySelector("[role=status]").textContent = text.replace("{}", current.percent);
  bar(standing).value = current.percent;
  button(standing, form).hidden = !current.failed;
}

// Our own refusals are sentences; what stands before us may have reasons of its own.
function why(words, answer) {
  const status = answer?.getStatus() ?? 0;
  if (answer?.getHeader("Tus-Resumable") && status >= 400 && status < 500) return answer.getBody();
  return status === 413 ? words.heldBack : words.interrupted;
}

function bar(standing) {
  const found = standing.querySelector("progress");
  if (found) return found;
  const made = Object.assign(document.createElement("progress"), { max: 100 });
  standing.querySelector("[role=status]").after(made);
  return made;
}

function button(standing, form) {
  const found = standing.querySelector("button[data-on]");
  if (found) return found;
  const made = document.createElement("button");
  made.dataset.on = "";
  made.textContent = form.dataset.on;
  made.addEventListener("click", goOn);
  bar(standing).after(made);
  return made;
}

function say(form, text) {
  const told = form.querySelector("[data-told]");
  told.hidden = false;
  told.textContent = text;
}
