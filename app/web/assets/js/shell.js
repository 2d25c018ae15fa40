// Navigation that folds (desktop) or slides in (phone), theme and row height.
import { send } from "./requests.js";

const root = document.documentElement;
const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private windows may refuse */ } };
const signedIn = document.body.hasAttribute("data-signed-in");
const dark = () => root.dataset.bsTheme === "dark" || (!root.dataset.bsTheme && matchMedia("(prefers-color-scheme: dark)").matches);

function change(name, value) {
  keep(name, value);
  if (signedIn) send("PATCH", "/settings/look", new URLSearchParams({ [name]: value }), { quiet: true }).catch(() => {});
}

function drawer(open) {
  root.dataset.nav = open ? "open" : "wide";
  for (const button of document.querySelectorAll("[data-drawer]")) button.setAttribute("aria-expanded", String(open));
  for (const behind of document.querySelectorAll(".f-page, .f-tabbar")) behind.inert = open;  // focus stays in the drawer
  (open ? document.querySelector(".f-nav a, .f-nav button") : document.querySelector("[data-drawer]"))?.focus();
}

document.addEventListener("click", event => {
  const hit = selector => event.target.closest(selector);
  if (hit("[data-fold]")) { root.dataset.nav = root.dataset.nav === "narrow" ? "wide" : "narrow"; keep("nav", root.dataset.nav); }
  else if (hit("[data-drawer]")) drawer(root.dataset.nav !== "open");
  else if (hit("[data-theme-switch]")) { root.dataset.bsTheme = dark() ? "light" : "dark"; change("theme", root.dataset.bsTheme); }
  else if (hit("[data-density-switch]")) { root.dataset.density = root.dataset.density === "airy" ? "dense" : "airy"; change("density", root.dataset.density); }
  else if (root.dataset.nav === "open" && !hit(".f-nav, .f-menu, dialog")) drawer(false);
});
document.addEventListener("keydown", event => { if (event.key === "Escape" && root.dataset.nav === "open") { event.stopImmediatePropagation(); drawer(false); } });
if (signedIn && root.dataset.bsTheme) keep("theme", root.dataset.bsTheme);
