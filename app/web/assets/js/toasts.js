// One sentence at the edge, with Undo by Z; the time stands still while the pointer or the focus rests on it.
const room = document.getElementById("toasts");
const open = [];

export function toast(text, { undo = null, seconds = 8, then = null, bad = false } = {}) {
  const element = document.createElement("div"), words = document.createElement("span");
  element.className = bad ? "f-toast is-bad" : "f-toast";
  words.className = "f-grow";
  words.textContent = text;
  words.dir = "auto";
  element.append(words);
  return live(element, { undo, seconds, then });
}

function live(element, { undo = null, seconds = 8, then = null }) {
  let left = seconds;
  const shown = {
    element,
    undo,
    close(taken = false) {
      if (!element.isConnected) return;
      clearInterval(clock);
      element.remove();
      open.splice(open.indexOf(shown), 1);
      if (taken) undo(); else then?.();
    },
  };
  const clock = setInterval(() => { if (!element.matches(":hover, :focus-within") && --left <= 0) shown.close(); }, 1000);
  if (undo) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: room.dataset.undo + " " });
    button.append(Object.assign(document.createElement("kbd"), { textContent: "Z" }));
    button.addEventListener("click", () => shown.close(true));
    element.append(button);
  }
  room.append(element);
  open.push(shown);
  while (open.length > 3) open[0].close();
  return shown;
}

export function complain(text = "", offline = false) {
  toast(text || (offline || !navigator.onLine ? room.dataset.offline : room.dataset.error), { bad: true });
}

export function undoLast() {
  const last = open.findLast(one => one.undo);
  last?.close(true);
  return Boolean(last);
}

for (const element of room?.querySelectorAll(".f-toast") ?? []) live(element, {});
