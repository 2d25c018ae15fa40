// Lists by keyboard: j and k move the focus between rows, x selects, Enter follows the row's own link.
import { bind, press } from "./keys.js";
import { whenever } from "./contents.js";

const rows = () => [...document.querySelectorAll("[data-row]")];
const link = row => row.querySelector(".f-open, a");
const box = row => row.querySelector("input[type=checkbox]");
const at = () => rows().findIndex(row => row.contains(document.activeElement));
let anchor = null;

function step(by) {
  const all = rows(), here = at();
  if (!all.length) return false;
  const target = link(all[Math.max(0, Math.min(all.length - 1, here < 0 ? 0 : here + by))]);
  target.focus();
  target.closest("[data-row]").scrollIntoView({ block: "nearest" });
  return true;
}
bind("j", () => step(1));
bind("k", () => step(-1));

function pick(row, on = !box(row)?.checked) {
  if (!box(row)) return false;
  box(row).checked = on;
  anchor = row;
  count();
  return true;
}
bind("x", () => at() >= 0 && pick(rows()[at()]));
bind("X", () => {
  const all = rows(), here = at(), from = all.indexOf(anchor);
  if (here < 0) return false;
  for (const row of all.slice(Math.min(here, from < 0 ? here : from), Math.max(here, from) + 1)) box(row).checked = true;
  count();
  return true;
});

export const picked = () => [...document.querySelectorAll("[data-row] input[type=checkbox]:checked")];

export function count() {
  const bar = document.querySelector("[data-bulk]"), list = document.querySelector("[data-list]");
  if (!bar) return;
  const boxes = [...document.querySelectorAll("[data-row] input[type=checkbox]")], chosen = boxes.filter(one => one.checked);
  for (const one of boxes) one.closest("[data-row]").classList.toggle("is-picked", one.checked);
  list?.classList.toggle("has-picked", chosen.length > 0);
  const all = document.querySelector("[data-pick-all]");
  if (all) { all.checked = chosen.length === boxes.length && chosen.length > 0; all.indeterminate = chosen.length > 0 && !all.checked; }
  bar.hidden = !chosen.length;
  bar.querySelector("[data-picked-count]").textContent = chosen.length;
}

function unpick() {
  for (const one of picked()) one.checked = false;
  count();
}

document.addEventListener("change", event => {
  if (event.target.matches("[data-pick-all]")) for (const row of rows()) if (box(row)) box(row).checked = event.target.checked;
  if (event.target.matches("[data-pick-all], [data-row] input[type=checkbox]")) { anchor = event.target.closest("[data-row]") ?? anchor; count(); }
});
document.addEventListener("click", event => {
  if (event.target.closest("[data-unpick]")) unpick();
  if (event.shiftKey && event.target.matches("[data-row] input[type=checkbox]") && anchor) {
    const all = rows(), ends = [all.indexOf(anchor), all.indexOf(event.target.closest("[data-row]"))].sort((a, b) => a - b);
    for (const row of all.slice(ends[0], ends[1] + 1)) box(row).checked = event.target.checked;
    count();
  }
});
whenever("[data-list]", count);

// Back in a list from one of its rows, the focus is on that row.
const place = `row ${location.pathname}`;
addEventListener("pagehide", () => { try { if (at() >= 0) sessionStorage.setItem(place, rows()[at()].id); } catch { /* private windows may refuse */ } });
function resume() {
  const row = document.getElementById(sessionStorage.getItem(place) ?? "");
  sessionStorage.removeItem(place);
  if (!row || new URL(document.referrer).pathname !== new URL(link(row).href).pathname) return;
  link(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}
if (document.referrer && document.querySelector("[data-list]")) try { resume(); } catch { /* the same */ }

// How many there are stands above the list, which fetches itself without what is above it.
document.addEventListener("fondaco:refreshed", event => {
  if (!event.target.dataset?.now) return;
  const numbers = event.target.dataset.now.split(";"), places = document.querySelectorAll("[data-total], [data-tab-count]");
  places.forEach((place, at) => { place.textContent = numbers[at] ?? ""; });
});

// What was done to the selection is done: clear it, and show the rows as they are now.
document.addEventListener("htmx:afterRequest", event => {
  if (!event.detail.successful || !event.target.closest?.("[data-bulk], [data-bulk-menu]")) return;
  unpick();
  document.dispatchEvent(new CustomEvent("fondaco:changed"));
});

// Without a selection the keys for many mean the row that has the focus.
const forMany = (key, selector) => bind(key, () => {
  if (!document.querySelector("[data-bulk]")) return false;
  if (!picked().length && (at() < 0 || !pick(rows()[at()], true))) return false;
  return press(selector);
});
forMany("a", "[data-bulk-assign]");
forMany("s", "[data-bulk-status]");
