// Forms of the settings and the door: busy buttons, no double sends, what has changed, names that must be typed, copying.
import { whenever } from "./contents.js";

whenever("form[data-busy]", form => form.addEventListener("submit", event => {
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.ariaBusy === "true") { event.preventDefault(); return; }
  form.ariaBusy = "true";
  const button = event.submitter;
  if (!button) return;
  button.style.inlineSize = `${button.offsetWidth}px`;
  button.ariaBusy = "true";
  if (button.dataset.busyText) button.textContent = button.dataset.busyText;
}));
addEventListener("pageshow", event => { if (event.persisted) location.reload(); });

// A dialog's deleting button stays shut until the name is typed.
whenever("[data-type-name]", field => {
  const button = field.form.querySelector("[type=submit]"), check = () => { button.disabled = field.value.trim() !== field.dataset.typeName; };
  field.addEventListener("input", check);
  check();
});

// The save bar names what changed, and comes only then.
whenever("form[data-saves]", form => {
  const bar = document.getElementById(form.dataset.saves), list = bar.querySelector("[data-changed]");
  const start = new Map([...form.elements].filter(field => field.name).map(field => [field, read(field)]));
  function read(field) { return field.type === "checkbox" || field.type === "radio" ? String(field.checked) : field.type === "select-multiple" ? [...field.selectedOptions].map(option => option.value).join() : field.value; }
  const changed = () => [...start].filter(([field, value]) => read(field) !== value).map(([field]) => field);
  const look = () => {
    const names = new Set(changed().map(field => (field.dataset.label ?? field.labels?.[0]?.firstChild?.textContent ?? field.labels?.[0]?.textContent ?? field.name).trim()));
    bar.hidden = names.size === 0 && !form.hasAttribute("data-open-bar");
    list.textContent = [...names].join(", ");
  };
  form.addEventListener("input", look);
  form.addEventListener("reset", () => setTimeout(look));
  look();
  addEventListener("beforeunload", event => { if (changed().length && form.ariaBusy !== "true") event.preventDefault(); });
});

document.addEventListener("click", async event => {
  const copy = event.target.closest("[data-copy]"), again = event.target.closest("[data-reload]");
  if (copy) {
    await navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).textContent.trim());
    copy.querySelector("span").textContent = copy.dataset.copied;
  }
  if (again) { event.preventDefault(); location.reload(); }
});

// A select that decides at once, such as a member's role, sends its form.
document.addEventListener("change", event => { if (event.target.matches("[data-send-on-change]")) event.target.form.requestSubmit(); });

whenever("[data-retry]", element => setTimeout(() => location.reload(), Number(element.dataset.retry) * 1000));
