// Places a [popover] beside the button that opened it (through the CSSOM, which a strict CSP allows), and moves in it by arrow.
import { whenever } from "./contents.js";
import { headers } from "./requests.js";

let opener;
document.addEventListener("click", event => { opener = event.target.closest("[popovertarget]") ?? opener; }, true);

function place(menu, button) {
  const box = button.getBoundingClientRect(), rtl = document.dir === "rtl", gap = 4, edge = 8;
  let left = rtl ? box.right - menu.offsetWidth : box.left;
  left = Math.max(edge, Math.min(left, innerWidth - menu.offsetWidth - edge));
  const below = box.bottom + gap, fits = below + menu.offsetHeight < innerHeight - edge;
  menu.style.left = `${left}px`;
  menu.style.top = `${fits ? below : Math.max(edge, box.top - gap - menu.offsetHeight)}px`;
}

// A popover with data-load fetches what it shows each time it opens.
async function load(menu) {
  const room = menu.querySelector("[data-room]") ?? menu;
  const response = await fetch(menu.dataset.load, { headers: headers() }).catch(() => null);
  if (response?.ok) { room.outerHTML = await response.text(); document.dispatchEvent(new CustomEvent("fondaco:arrived", { detail: menu })); }
}

whenever("[popover]", menu => {
  menu.addEventListener("toggle", event => {
    const open = event.newState === "open", button = document.querySelector(`[popovertarget="${menu.id}"]`);
    const by = opener?.getAttribute("popovertarget") === menu.id && opener.isConnected ? opener : button;
    by?.setAttribute("aria-expanded", String(open));
    if (!open || !by) return;
    if (menu.dataset.load) load(menu).then(() => place(menu, by));
    place(menu, by);
    menu.querySelector("[role^=menuitem]")?.focus();
  });
  menu.addEventListener("keydown", event => {
    if (menu.getAttribute("role") !== "menu") return;
    const items = [...menu.querySelectorAll("[role^=menuitem]")], at = items.indexOf(document.activeElement), last = items.length - 1;
    const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    items[to].focus();
    event.preventDefault();
  });
  menu.addEventListener("click", event => { if (event.target.closest("[role^=menuitem]")) menu.hidePopover(); });
});
