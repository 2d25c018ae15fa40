// Ctrl K: go to a page or do something, by typing a part of its name.
const palette = document.getElementById("palette");

if (palette) {
  const input = palette.querySelector("input"), options = [...palette.querySelectorAll("[role=option]")], none = palette.querySelector("[data-none]");
  const shown = () => options.filter(option => !option.hidden);
  const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function choose(option) {
    for (const other of options) other.setAttribute("aria-selected", String(other === option));
    if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); } else input.removeAttribute("aria-activedescendant");
  }
  function narrow() {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    for (const option of options) option.hidden = !words.every(word => plain(option.textContent).includes(word));
    for (const group of palette.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
    none.hidden = shown().length > 0;
    choose(shown()[0]);
  }
  function follow(option) {
    if (!option) return;
    palette.close();
    if (option.dataset.href) location.href = option.dataset.href;
    else document.querySelector(`:not(#palette *)${option.dataset.click}`)?.click();
  }

  input.addEventListener("input", narrow);
  input.addEventListener("keydown", event => {
    const list = shown(), at = list.findIndex(option => option.ariaSelected === "true"), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.length) { choose(list[(at + step + list.length) % list.length]); event.preventDefault(); }
    if (event.key === "Enter") { event.preventDefault(); follow(list[at]); }
  });
  for (const option of options) {
    option.addEventListener("pointermove", () => choose(option));
    option.addEventListener("click", () => follow(option));
  }
  // Made ready when it closes: the first letters come before an event could tell that it has opened.
  palette.addEventListener("close", () => { input.value = ""; narrow(); });
  narrow();
}
