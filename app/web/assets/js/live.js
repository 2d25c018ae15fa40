// The page hears of changes by server-sent events. Elements with data-live="ticket" or "ticket:<id>" and data-src fetch
// themselves again. One tab of a browser holds the stream and tells the others.
import { bind } from "./keys.js";
import { refresh, showHeld } from "./morph.js";
import { timeOfDay } from "./times.js";

const url = document.body.dataset.liveUrl, notice = document.getElementById("offline");
const wanted = new Set();
let flushing = 0;

const fits = (element, event) => element.dataset.live.split(" ").some(word => {
  const [kind, record] = word.split(":");
  return kind === event.kind ? !record || record === event.record : kind === "ticket" && event.kind === "message";
});

function want(test) {
  for (const element of document.querySelectorAll("[data-live][data-src]")) if (test(element)) wanted.add(element);
  if (!wanted.size || flushing || document.hidden) return;
  flushing = setTimeout(flush, 80);
}
function flush() {
  flushing = 0;
  for (const element of wanted) refresh(element);
  wanted.clear();
}
const all = () => want(() => true);

document.addEventListener("fondaco:changed", all);
document.addEventListener("visibilitychange", () => { if (!document.hidden && wanted.size) flush(); });
bind(".", () => showHeld());

// Whether the line is up, shown only after a few seconds: a restart of the server is nobody's business.
let down = 0, since = null, wasDown = true;  // what happened since the page was made is read when the line comes up
function state(up) {
  document.documentElement.dataset.stream = up ? "up" : "down";
  if (up) {
    clearTimeout(down);
    down = 0;
    if (notice) notice.hidden = true;
    if (wasDown) all();
    wasDown = false;
  } else if (!down) {
    since = new Date();
    wasDown = true;
    down = setTimeout(() => {
      notice.querySelector("span").textContent = notice.dataset.text.replace("{time}", timeOfDay(since));
      notice.hidden = false;
      line(false);
    }, 4000);
  }
  if (up) line(true);
}
function line(up) {
  for (const mark of document.querySelectorAll("[data-line]")) {
    const dot = mark.querySelector(".f-dot"), words = mark.querySelector("[data-line-on]");
    dot.className = up ? "f-dot is-ok f-live" : "f-dot is-bad";
    words.textContent = up ? words.dataset.lineOn : words.dataset.lineOff;
  }
}

const channel = "BroadcastChannel" in window ? new BroadcastChannel("fondaco-live") : null;
function hear(message) {
  if (message.asks && source) channel.postMessage({ state: source.readyState === EventSource.OPEN });
  if (message.state !== undefined) state(message.state);
  if (message.missed) all();
  if (message.event) {
    want(element => fits(element, message.event));
    document.dispatchEvent(new CustomEvent("fondaco:event", { detail: message.event }));
  }
}
const tell = message => { hear(message); channel?.postMessage(message); };
if (channel) channel.onmessage = ({ data }) => hear(data);

let tries = 0, source = null;
function connect() {
  source?.close();
  source = new EventSource(url);
  source.addEventListener("ready", () => { tries = 0; tell({ state: true, missed: true }); });
  source.addEventListener("missed", () => tell({ missed: true }));
  source.onmessage = ({ data }) => tell({ event: JSON.parse(data) });
  source.onerror = () => {
    tell({ state: false });
    if (source.readyState !== EventSource.CLOSED) return;  // the browser itself tries again
    all();  // refused: whoever was signed out is shown the door
    setTimeout(connect, Math.min(30_000, 1000 * 2 ** tries++) * (0.7 + Math.random() * 0.6));
  };
}

if (url) {
  addEventListener("online", () => { if (source) { tries = 0; connect(); } });
  addEventListener("offline", () => state(false));
  channel?.postMessage({ asks: true });
  if (navigator.locks && channel) navigator.locks.request("fondaco-live", () => { connect(); return new Promise(() => {}); });
  else connect();
}
