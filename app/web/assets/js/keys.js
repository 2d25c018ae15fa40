// Keys that work everywhere. Single letters rest while somebody types, and for members who have switched them off.
import { open } from "./dialogs.js";
import { undoLast } from "./toasts.js";

const fields = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";
// A shut select of the ticket would choose by the first letter and save at once: "j" must not give a ticket to Jonas.
const shut = element => { try { return element.matches("#fields select:not(:open)"); } catch { return false; } };
const bindings = new Map();
let gone = 0;

// `bind("j", act)`: act returns false when the key is not for it; the next one that bound it is asked then.
export function bind(key, act) {
  bindings.set(key, [...(bindings.get(key) ?? []), act]);
}

export const press = selector => { const element = document.querySelector(selector); element?.click(); return Boolean(element); };

document.addEventListener("keydown", event => {
  if (event.isComposing || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open("palette"); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const letter = event.key.length === 1 && event.key !== " " && shut(event.target);
  const typing = !letter && event.target.closest(fields), popover = document.querySelector("[popover]:popover-open");
  if (event.key === "Escape" && !popover) {
    if (typing) typing.blur(); else if (!press("[data-bulk]:not([hidden]) [data-unpick]")) press("main [data-back], .f-nav [data-back]");
    return;
  }
  if (typing || popover || document.documentElement.dataset.keys === "off") return;
  if (letter) event.preventDefault();
  if (Date.now() - gone < 900) {
    gone = 0;
    const place = document.querySelector(`#palette [data-go="${CSS.escape(event.key)}"]`);
    if (place) { event.preventDefault(); location.href = place.dataset.href; }
    return;
  }
  if (event.key === "g") { gone = Date.now(); return; }
  for (const act of bindings.get(event.key) ?? []) if (act(event) !== false) { event.preventDefault(); return; }
});

bind("?", () => open("keyboard"));
bind("c", () => press("[data-new]"));
bind("z", () => undoLast());
bind("/", () => { const field = document.querySelector(".f-filter input[type=search]"); field?.select(); return Boolean(field); });
bind("e", () => { const field = document.querySelector("[data-edit]"); field?.focus(); return Boolean(field); });
