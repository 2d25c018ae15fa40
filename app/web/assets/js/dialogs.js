// Dialogs: open, close, and the side panel that becomes a sheet on narrow windows.
import { whenever } from "./contents.js";

export function open(id) {
  const dialog = document.getElementById(id), room = dialog?.querySelector("[data-takes]");
  if (!dialog || dialog.open) return;
  if (room) {  // the panel's own nodes move into the sheet, and back when that closes
    const panel = document.querySelector(room.dataset.takes);
    if (panel.offsetParent) { panel.querySelector("select, input, a, button")?.focus(); return; }
    room.append(...panel.childNodes);
    dialog.addEventListener("close", () => panel.append(...room.childNodes), { once: true });
  }
  dialog.showModal();
}

document.addEventListener("click", event => {
  const button = event.target.closest("[data-open]"), close = event.target.closest("[data-close]");
  if (button) open(button.dataset.open);
  if (close) close.closest("dialog").close();
  if (event.target instanceof HTMLDialogElement && event.detail) event.target.close();
});

whenever("dialog[data-open-now]", dialog => dialog.showModal());
