// The studio works without scripts; these save a host some waiting.
import { follow } from "./studio-progress.js";
import { prepareUploads } from "./studio-upload.js";
import { prepareLines } from "./studio-lines.js";
import { prepareWords } from "./studio-words.js";

// Another page of the studio in this one, so that an upload goes on meanwhile.
async function move(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.title = page.title;
  history.pushState(null, "", address);
  prepare();
  document.querySelector("h1")?.scrollIntoView();
}

function prepare() {
  prepareUploads(move);
  prepareWords();
  prepareLines();
  follow();
}

addEventListener("popstate", () => location.reload());
prepare();
