// The player: native controls become media-chrome, a film gets its adaptive version at
// the first play, and links with a time seek instead of loading the page again.
import "media-chrome";

const media = document.querySelector("[data-player]");
if (media) {
  dress(media);
  offerSizes(media);
  followWords(media);
}

function dress(element) {
  const controller = document.createElement("media-controller");
  const isFilm = element.tagName === "VIDEO";
  if (!isFilm) controller.setAttribute("audio", "");
  controller.setAttribute("nohotkeys", "");
  const parts = [
    "media-play-button",
    ["media-seek-backward-button", { seekoffset: "15" }],
    ["media-seek-forward-button", { seekoffset: "30" }],
    "media-time-range",
    ["media-time-display", { showduration: "" }],
    "media-playback-rate-button",
    "media-mute-button",
    ...(isFilm ? ["media-captions-button", "media-pip-button", "media-fullscreen-button"] : []),
  ];
  const bar = document.createElement("media-control-bar");
  for (const part of parts) {
    const [name, attributes = {}] = [part].flat();
    const control = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) control.setAttribute(key, value);
    bar.append(control);
  }
  element.replaceWith(controller);
  element.removeAttribute("controls");
  element.slot = "media";
  controller.append(element, bar);
}

// Safari plays HLS by itself; others need hls.js, which is large, so it is fetched when
// somebody really wants to watch. If anything fails, the plain file goes on playing.
function offerSizes(element) {
  const address = element.dataset.hls;
  if (!address || !window.MediaSource) return;
  element.addEventListener("play", () => adapt(element, address), { once: true });
}

async function adapt(element, address) {
  const { default: Hls } = await import("hls.js");
  if (!Hls.isSupported()) return;
  const plain = element.currentSrc;
  const start = element.currentTime;
  const hls = new Hls({ enableWorker: false, startPosition: start, capLevelToPlayerSize: true });
  hls.on(Hls.Events.ERROR, (_, problem) => {
    if (!problem.fatal) return;
    const position = element.currentTime;
    hls.destroy();
    element.src = plain;
    element.currentTime = position;
    element.play().catch(() => {});
  });
  hls.on(Hls.Events.MANIFEST_PARSED, () => element.play().catch(() => {}));
  hls.loadSource(address);
  hls.attachMedia(element);
}

function followWords(element) {
  const links = [...document.querySelectorAll("a[data-start]")];
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      seek(element, Number(link.dataset.start));
      history.replaceState(null, "", link.href);
    });
  }
  for (const list of document.querySelectorAll("[data-follow]")) follow(element, list);
}

function seek(element, seconds) {
  element.currentTime = seconds;
  element.play().catch(() => {});
}

function follow(element, list) {
  const links = [...list.querySelectorAll("a[data-start]")];
  const starts = links.map((link) => Number(link.dataset.start));
  let current = null;
  element.addEventListener("timeupdate", () => {
    const past = starts.findLastIndex((start) => start <= element.currentTime + 0.25);
    const link = links[past] ?? null;
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
    current = link;
    if (link && list.matches(".lines") && !element.paused) keepInView(list, link);
  });
}

function keepInView(list, link) {
  if (list.matches(":hover, :focus-within")) return;
  list.scrollTop = link.offsetTop - list.offsetTop - list.clientHeight / 3;
}
