// Reply or note: drafts that are kept while one writes, files, and a send that can be taken back.
import { bind } from "./keys.js";
import { complain, toast } from "./toasts.js";
import { send } from "./requests.js";
import { timeOfDay } from "./times.js";
import { upload, uploaded, uploading } from "./uploads.js";
import { isEmpty } from "./writing.js";

const composer = document.querySelector("[data-composer]");
if (composer) {
  const url = composer.dataset.composer, draft = composer.querySelector("[data-draft]"), cc = composer.querySelector("[name=cc]");
  const part = (name, direction) => composer.querySelector(`[data-${name}="${direction}"]`);
  const note = () => composer.classList.contains("is-note"), direction = () => (note() ? "note" : "outbound"), text = () => part("text", direction());

  function as(kind, focus = true) {
    composer.classList.toggle("is-note", kind === "note");
    for (const button of composer.querySelectorAll("[data-as]")) button.setAttribute("aria-pressed", String(button.dataset.as === kind));
    for (const element of composer.querySelectorAll("[data-only]")) element.hidden = element.dataset.only !== kind;
    for (const kind of ["outbound", "note"]) {
      part("text", kind).hidden = kind !== direction();
      const files = part("files", kind);
      files.hidden = kind !== direction() || !files.querySelector(".f-file");
    }
    if (focus) { text().focus(); getSelection().selectAllChildren(text()); getSelection().collapseToEnd(); }
  }
  for (const button of composer.querySelectorAll("[data-as]")) button.addEventListener("click", () => as(button.dataset.as));
  bind("r", () => as("outbound"));
  bind("n", () => as("note"));

  // The draft: kept a moment after the last key, and when the page is left.
  const unsaved = new Set();
  let wait = 0;
  const say = (state, time = "") => { draft.textContent = (draft.dataset[state] ?? "") + (time && ` ${time}`); };
  const content = kind => { const words = part("text", kind); return new URLSearchParams({ html: isEmpty(words) ? "" : words.innerHTML, cc: kind === "outbound" ? cc.value : "" }); };
  async function save(kind, keepalive = false) {
    unsaved.delete(kind);
    try {
      await send("PUT", `${url}/drafts/${kind}`, content(kind), { quiet: true, keepalive });
      if (!unsaved.size) say("saved", timeOfDay(new Date()));
    } catch {
      unsaved.add(kind);
      say("failed");
      clearTimeout(wait);
      wait = setTimeout(() => save(kind), 5000);
    }
  }
  composer.addEventListener("input", event => {
    if (!event.target.closest("[data-text], [name=cc]")) return;
    const kind = direction();
    unsaved.add(kind);
    say("saving");
    clearTimeout(wait);
    wait = setTimeout(() => save(kind), 700);
  });
  // A page that is loaded again at once may be made before that arrives: this tab remembers for a minute.
  const memory = kind => `draft ${url} ${kind}`;
  addEventListener("pagehide", () => {
    for (const kind of unsaved) {
      try { sessionStorage.setItem(memory(kind), JSON.stringify({ at: Date.now(), ...Object.fromEntries(content(kind)) })); } catch { /* private windows may refuse */ }
      save(kind, true);
    }
  });
  function remember(kind) {
    const left = JSON.parse(sessionStorage.getItem(memory(kind)) ?? "null");
    sessionStorage.removeItem(memory(kind));
    if (!left || Date.now() - left.at > 60_000) return;
    part("text", kind).innerHTML = left.html;
    part("text", kind).classList.toggle("is-empty", isEmpty(part("text", kind)));
    if (kind === "outbound") cc.value = left.cc;
    save(kind);
  }
  for (const kind of ["outbound", "note"]) try { remember(kind); } catch { /* the same */ }

  // Files by button, drop and paste.
  const take = files => { for (const file of files) upload(file, `${url}/drafts/${direction()}/files`, part("files", direction())); };
  composer.querySelector("[type=file]").addEventListener("change", event => { take(event.target.files); event.target.value = ""; });
  composer.querySelector("[data-attach]").addEventListener("click", () => composer.querySelector("[type=file]").click());
  composer.addEventListener("paste", event => { if (event.clipboardData.files.length && !event.clipboardData.getData("text/plain")) { event.preventDefault(); take(event.clipboardData.files); } });
  composer.addEventListener("dragover", event => { event.preventDefault(); composer.classList.add("is-target"); });
  composer.addEventListener("dragleave", () => composer.classList.remove("is-target"));
  composer.addEventListener("drop", event => { event.preventDefault(); composer.classList.remove("is-target"); take(event.dataTransfer.files); });

  const more = composer.querySelector("[data-cc]");
  more?.addEventListener("click", () => { more.hidden = true; cc.closest("[data-cc-line]").hidden = false; cc.focus(); });

  function put(kind, { html = "", cc: copies = "", files = "" }) {
    const words = part("text", kind);
    words.innerHTML = html;
    words.classList.toggle("is-empty", isEmpty(words));
    part("files", kind).innerHTML = files;
    if (kind === "outbound") cc.value = copies;
    as(kind, false);
  }

  let busy = false, force = false;
  async function ship(status) {
    const kind = direction();
    if (busy) return;
    if (isEmpty(text()) && !part("files", kind).querySelector(".f-file")) { say("empty"); text().focus(); return; }
    busy = true;
    composer.ariaBusy = "true";
    clearTimeout(wait);
    try {
      if (uploading()) await uploaded();
      const body = new FormData();
      for (const [key, value] of content(kind)) body.append(key, value);
      body.append("direction", kind);
      if (kind === "outbound") body.append("status", status);
      body.append("seen", document.querySelector("[data-conversation]")?.dataset.newest ?? "");
      if (force) body.append("force", "1");
      const answer = await (await send("POST", `${url}/messages`, body, { quiet: true })).json();
      const wrote = { html: text().innerHTML, cc: cc.value, files: part("files", kind).innerHTML };
      unsaved.delete(kind);
      force = false;
      say("");
      put(kind, {});
      if (kind === "note") as("outbound", false);
      document.getElementById("main").focus({ preventScroll: true });  // so that the next letter is a key again, Z first
      if (answer.undo) toast(composer.dataset.sent, { seconds: answer.seconds ?? 8, undo: () => back(kind, answer.undo, wrote) });
      document.dispatchEvent(new CustomEvent("fondaco:changed"));
    } catch (error) {
      force = error.status === 409;  // what came in between has been said: sending once more means it
      complain(error.message ?? "");
    } finally {
      busy = false;
      composer.ariaBusy = "false";
    }
  }
  async function back(kind, address, wrote) {
    await send("DELETE", address);
    put(kind, wrote);
    as(kind);
    save(kind);
    document.dispatchEvent(new CustomEvent("fondaco:changed"));
  }
  document.addEventListener("click", event => { const button = event.target.closest("[data-send]"); if (button) ship(button.dataset.send); });
  composer.addEventListener("keydown", event => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    ship(event.shiftKey ? "solved" : composer.querySelector("[data-send]").dataset.send);
  });
  composer.addEventListener("submit", event => event.preventDefault());
  document.addEventListener("click", event => { const button = event.target.closest("[data-write]"); if (button) as(button.dataset.write); });
}
