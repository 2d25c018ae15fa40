// A part of the page becomes what the server says now, while focus, scroll, selection, open folds and everything that
// somebody is writing stay as they are.
import htmx from "htmx.org";
import { Idiomorph } from "idiomorph";
import { arrived } from "./contents.js";
import { count, picked } from "./lists.js";
import { headers } from "./requests.js";

const kept = new Set(["open", "style", "aria-expanded"]);
const options = {
  morphStyle: "outerHTML",
  ignoreActiveValue: true,
  restoreFocus: true,
  callbacks: {
    beforeNodeAdded: node => !(node.nodeType === 1 && node.matches("[data-images-line]") && document.querySelector(`#${node.querySelector("[data-images]").dataset.images}[data-shown]`)),
    beforeNodeMorphed: (old, now) => !(old.nodeType === 1 && old.hasAttribute("data-keep") && now.id === old.id),
    beforeAttributeUpdated: (name, node) => !(kept.has(name) || (name === "checked" && node.matches("[data-row] *, [data-pick-all]"))),
  },
};

function become(element, fresh) {
  const [now] = Idiomorph.morph(element, fresh, options);
  htmx.process(now);
  arrived(now);
  count();
  now.dispatchEvent(new CustomEvent("fondaco:refreshed", { bubbles: true }));
}

const running = new Set(), again = new Set();

export async function refresh(element) {
  if (!element.isConnected) return;
  if (running.has(element)) { again.add(element); return; }
  running.add(element);
  try {
    const response = await fetch(element.dataset.src, { headers: headers(), credentials: "same-origin" });
    if (response.status === 401) { location.reload(); return; }
    if (!response.ok || !element.isConnected) return;
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    const fresh = template.content.firstElementChild;
    if (!fresh || fresh.id !== element.id) return;
    element.dispatchEvent(new CustomEvent("fondaco:refreshing", { bubbles: true }));
    if (element.hasAttribute("data-rows")) list(element, fresh); else become(element, fresh);
  } catch {
    // no connection: the stream's own notice says so, and refreshes everything when it is back
  } finally {
    running.delete(element);
    if (again.delete(element)) refresh(element);
  }
}

// New rows appear at once when one stands at the top with nothing selected; otherwise they wait behind a button, and
// only what is already in sight changes in its place.
let held = null;
const rows = root => [...root.querySelectorAll("[data-row]")];
const fresher = () => document.querySelector("[data-fresh]");
const scroller = element => element.closest(".f-scroll") ?? document.scrollingElement;
const idle = element => scroller(element).scrollTop < 8 && scrollY < 8 && !picked().length;

function list(element, fresh) {
  const known = new Set(rows(element).map(row => row.id)), coming = rows(fresh).filter(row => !known.has(row.id));
  if (idle(element)) { show(element, fresh, coming); return; }
  held = { element, fresh };
  for (const row of rows(element)) {
    const now = fresh.querySelector(`#${CSS.escape(row.id)}`);
    if (now) become(row, now.cloneNode(true));
  }
  const button = fresher();
  if (!button || !coming.length) return;
  button.querySelector("span").textContent = (coming.length === 1 ? button.dataset.one : button.dataset.many).replace("{n}", coming.length);
  button.hidden = false;
}

function show(element, fresh, coming) {
  held = null;
  if (fresher()) fresher().hidden = true;
  const ids = coming.map(row => row.id);
  become(element, fresh);
  for (const id of ids) document.getElementById(id)?.classList.add("is-fresh");
}

export function showHeld() {
  if (!held) return false;
  const { element, fresh } = held;
  scroller(element).scrollTop = 0;
  scrollTo(0, 0);
  const known = new Set(rows(element).map(row => row.id));
  show(element, fresh, rows(fresh).filter(row => !known.has(row.id)));
  return true;
}

document.addEventListener("scroll", () => { if (held && idle(held.element)) showHeld(); }, { capture: true, passive: true });
document.addEventListener("click", event => { if (event.target.closest("[data-fresh]")) showHeld(); });
