// The player: native controls become media-chrome, a film gets its adaptive version at
// the first play, and links with a time seek instead of loading the page again.
import "media-chrome/media-captions-button";
import "media-chrome/media-control-bar";
import "media-chrome/media-controller";
import "media-chrome/media-fullscreen-button";
import "media-chrome/media-mute-button";
import "media-chrome/media-pip-button";
import "media-chrome/media-play-button";
import "media-chrome/media-playback-rate-button";
import "media-chrome/media-seek-backward-button";
import "media-chrome/media-seek-forward-button";
import "media-chrome/media-time-range";
import { En } from "media-chrome/dist/lang/en.js";
import { addTranslation, setLanguage } from "media-chrome/dist/utils/i18n.js";
import { formatTime } from "media-chrome/dist/utils/time.js";

const media = document.querySelector("[data-player]");
if (media) {
  // A spoken name must contain the visible one, which is "1x" (WCAG 2.5.3).
  addTranslation("en", { ...En, "Playback rate {playbackRate}": "Playback rate {playbackRate}x" });
  setLanguage(document.documentElement.lang);
  dress(media);
  offerSizes(media);
  followWords(media);
  fillOutline(media, document.querySelector("[data-waveform]"));
  beginAtFragment(media);
}

function dress(element) {
  const isFilm = element.tagName === "VIDEO";
  const controller = make("media-controller", isFilm ? {} : { audio: "" });
  const bar = make("media-control-bar");
  loadGuides(element);
  bar.append(
    make("media-play-button"),
    make("media-seek-backward-button", { seekoffset: "15" }),
    make("media-seek-forward-button", { seekoffset: "30" }),
    make("media-time-range"),
    clock(element),
    make("media-playback-rate-button"),
    make("media-mute-button"),
  );
  if (isFilm) bar.append(...filmControls(element));
  element.replaceWith(controller);
  element.removeAttribute("controls");
  element.slot = "media";
  controller.append(element, bar);
  // media-chrome says "button", which cannot be on or off.
  bar.querySelector("media-captions-button")?.setAttribute("role", "switch");
}

// Chapters and small pictures are for the seek bar: browsers alone have no use for them.
function loadGuides(element) {
  for (const guide of element.querySelectorAll("track:is([kind=chapters], [kind=metadata])")) {
    guide.default = true;
    guide.track.mode = "hidden";
  }
}

function filmControls(element) {
  const names = ["media-pip-button", "media-fullscreen-button"];
  if (element.querySelector("track[kind=captions]")) names.unshift("media-captions-button");
  return names.map((name) => make(name));
}

function make(name, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Only for the eye: the time range says the same to others.
function clock(element) {
  const shown = make("span", { class: "clock", "aria-hidden": "true" });
  const show = () => {
    const whole = element.duration || 0;
    shown.textContent = `${formatTime(element.currentTime, whole)} / ${formatTime(whole)}`;
  };
  for (const event of ["timeupdate", "durationchange", "seeking"]) element.addEventListener(event, show);
  show();
  return shown;
}

// hls.js is large, so it is fetched when somebody really wants to watch. Its light build
// would be enough, but knows no sound in a playlist of its own. If anything fails, the
// plain file goes on playing. Where scripts cannot feed a film, as on
// older iPhones, it is all there is.
function offerSizes(element) {
  const address = element.dataset.hls;
  if (!address || !window.MediaSource) return;
  element.addEventListener("play", () => adapt(element, address), { once: true });
}

async function adapt(element, address) {
  const { default: Hls } = await import("hls.js");
  if (!Hls.isSupported()) return;
  const plain = element.currentSrc;
  const { currentTime: startPosition, playbackRate } = element;
  // The captions in the playlist are the ones that we have as a track.
  const words = { enableWebVTT: false, renderTextTracksNatively: false };
  const hls = new Hls({ enableWorker: false, startPosition, capLevelToPlayerSize: true, ...words });
  hls.on(Hls.Events.ERROR, (_, problem) => {
    if (!problem.fatal) return;
    const position = element.currentTime;
    hls.destroy();
    element.src = plain;
    element.currentTime = position;
    element.play().catch(() => {});
  });
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    element.playbackRate = playbackRate;
    element.play().catch(() => {});
  });
  hls.loadSource(address);
  hls.attachMedia(element);
}

// How much of the sound's outline is behind us. Only for the eye, too.
function fillOutline(element, outline) {
  if (!outline) return;
  const fill = () => {
    const share = element.duration ? element.currentTime / element.duration : 0;
    outline.style.setProperty("--played", `${(100 * share).toFixed(2)}%`);
  };
  for (const event of ["timeupdate", "seeking", "durationchange"]) element.addEventListener(event, fill);
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

// `#t=93` in the address; the server has answered `?t=93` already.
function beginAtFragment(element) {
  const seconds = Number(new URLSearchParams(location.hash.slice(1)).get("t"));
  if (seconds > 0) element.currentTime = seconds;
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
