// A ticket's page: where the eye starts, what was read, new answers, and the keys for its fields.
import { bind, press } from "./keys.js";
import { open } from "./dialogs.js";
import { send } from "./requests.js";

const thread = document.querySelector("[data-conversation]");
if (thread) {
  const scroll = thread.closest(".f-scroll"), jump = document.querySelector("[data-fresh-below]");
  const room = () => (scroll.scrollHeight > scroll.clientHeight + 1 && getComputedStyle(scroll).overflowY !== "visible" ? scroll : document.scrollingElement);
  const atEnd = () => room().scrollHeight - room().scrollTop - room().clientHeight < 96;
  const toEnd = () => { room().scrollTop = room().scrollHeight; jump.hidden = true; };
  const read = () => { if (thread.isConnected && !document.hidden && thread.dataset.read) send("POST", thread.dataset.read, undefined, { quiet: true }).catch(() => {}); };
  const now = () => document.getElementById(thread.id);
  const count = () => now().querySelectorAll("article").length;

  const since = thread.querySelector(".f-since"), named = location.hash && document.getElementById(location.hash.slice(1));
  if (!named) { if (since) since.scrollIntoView({ block: "start" }); else toEnd(); }
  let touched = false;
  for (const kind of ["wheel", "touchmove", "keydown"]) addEventListener(kind, () => { touched = true; }, { once: true, passive: true });
  // Mails in frames grow as they load: until the reader moves, the place stays.
  new ResizeObserver(() => { if (!touched && !named) { const line = now()?.querySelector(".f-since"); if (line) line.scrollIntoView({ block: "start" }); else toEnd(); } }).observe(thread);
  read();

  let before = count(), stood = true;
  document.addEventListener("fondaco:refreshing", event => { if (event.target.id === thread.id) { before = count(); stood = atEnd(); } });
  document.addEventListener("fondaco:refreshed", event => {
    if (event.target.id !== thread.id || count() <= before) return;
    if (stood) toEnd(); else jump.hidden = false;
    read();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) read(); });
  jump?.addEventListener("click", toEnd);
  room().addEventListener("scroll", () => { if (atEnd()) jump.hidden = true; }, { passive: true });

  const field = name => () => {
    const control = document.querySelector(`#fields [name="${name}"]`);
    if (!control) return false;
    if (!control.offsetParent) open("details");
    control.focus();
    if (control.matches("select")) { try { control.showPicker(); } catch { /* focus alone will do */ } }
    return true;
  };
  bind("a", field("assignee"));
  bind("s", field("status"));
  bind("l", field("tag"));
  bind("j", () => press("[data-next]"));
  bind("k", () => press("[data-previous]"));
}

// A quiet select in the side panel shows what is chosen by the glyph in front of it; while it is being saved it says so.
document.addEventListener("htmx:beforeRequest", event => event.target.closest?.(".f-edit")?.classList.add("is-saving"));
document.addEventListener("htmx:afterRequest", event => event.target.closest?.(".f-edit")?.classList.remove("is-saving"));
document.addEventListener("htmx:responseError", event => { const form = event.target.closest?.("select")?.form; form?.reset(); });
