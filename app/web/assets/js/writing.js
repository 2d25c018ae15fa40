// Writing with a little formatting: bold, italic, list, link, code. What is pasted keeps only these.
import { whenever } from "./contents.js";

const allowed = { P: "p", DIV: "p", BR: "br", B: "b", STRONG: "b", I: "i", EM: "i", UL: "ul", OL: "ol", LI: "li", A: "a", CODE: "code", PRE: "pre", BLOCKQUOTE: "blockquote" };
const safe = href => /^(https?:|mailto:|tel:)/i.test(href);

function clean(from, into) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) { into.append(node.data.replace(/\s*\n\s*/g, " ")); continue; }
    if (node.nodeType !== Node.ELEMENT_NODE || /^(STYLE|SCRIPT|TITLE|META|LINK|HEAD|TEMPLATE)$/.test(node.tagName)) continue;
    const name = allowed[node.tagName], link = name === "a" ? node.getAttribute("href") ?? "" : "";
    const target = name && (name !== "a" || safe(link)) ? document.createElement(name) : into;
    if (target !== into) { if (name === "a") target.setAttribute("href", link); into.append(target); }
    clean(node, target);
  }
  return into;
}

function plain(text) {
  const fragment = document.createDocumentFragment();
  for (const part of text.replace(/\r\n?/g, "\n").split(/\n{2,}/)) {
    const paragraph = document.createElement("p");
    part.split("\n").forEach((line, number) => paragraph.append(...(number ? [document.createElement("br"), line] : [line])));
    fragment.append(paragraph);
  }
  return fragment;
}

function insert(fragment) {
  const holder = document.createElement("div");
  holder.append(fragment);
  document.execCommand("insertHTML", false, holder.innerHTML);
}

export const isEmpty = text => !text.textContent.trim() && !text.querySelector("img");

whenever("[data-writing]", area => {
  const texts = [...area.querySelectorAll("[contenteditable]")], buttons = [...area.querySelectorAll("[data-format]")];
  const text = () => texts.find(one => !one.hidden) ?? texts[0];
  const dialog = document.getElementById("link");
  document.execCommand("defaultParagraphSeparator", false, "p");

  function code() {
    const selection = getSelection();
    if (!selection.rangeCount) return;
    const inside = selection.anchorNode.parentElement?.closest("code");
    if (inside && text().contains(inside)) { inside.replaceWith(...inside.childNodes); return; }
    const holder = document.createElement("code");
    holder.textContent = selection.toString() || "\u200b";
    const fragment = document.createDocumentFragment();
    fragment.append(holder);
    insert(fragment);
  }
  function link() {
    const selection = getSelection(), range = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
    const form = dialog.querySelector("form"), field = form.elements.href;
    field.value = selection.anchorNode?.parentElement?.closest("a")?.getAttribute("href") ?? "";
    form.onsubmit = () => {
      const given = field.value.trim(), href = /^[a-z][a-z0-9+.-]*:/i.test(given) ? given : given.includes("@") ? `mailto:${given}` : `https://${given}`;
      setTimeout(() => {
        text().focus();
        if (range) { selection.removeAllRanges(); selection.addRange(range); }
        if (!given) document.execCommand("unlink");
        else if (!safe(href)) return;
        else if (selection.isCollapsed) { const fragment = document.createDocumentFragment(); fragment.append(Object.assign(document.createElement("a"), { href, textContent: given })); insert(fragment); }
        else document.execCommand("createLink", false, href);
      });
    };
    dialog.showModal();
    field.select();
  }

  area.addEventListener("pointerdown", event => { if (event.target.closest("[data-format]")) event.preventDefault(); });  // the selection stays in the text
  for (const button of buttons) button.addEventListener("click", () => {
    const what = button.dataset.format;
    if (!text().contains(document.activeElement)) text().focus();
    if (what === "link") link(); else if (what === "code") code(); else document.execCommand(what);
    text().dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  document.addEventListener("selectionchange", () => {
    if (!text().contains(document.activeElement)) return;
    for (const button of buttons) {
      const what = button.dataset.format, holder = getSelection().anchorNode?.parentElement;
      const on = what === "link" ? holder?.closest("a") : what === "code" ? holder?.closest("code") : document.queryCommandState(what);
      button.setAttribute("aria-pressed", String(Boolean(on)));
    }
  });
  for (const one of texts) {
    one.addEventListener("paste", event => {
      const html = event.clipboardData.getData("text/html"), words = event.clipboardData.getData("text/plain");
      if (!html && !words) return;  // files are the composer's business
      event.preventDefault();
      insert(html ? clean(new DOMParser().parseFromString(html, "text/html").body, document.createDocumentFragment()) : plain(words));
    });
    one.addEventListener("focus", () => { if (!one.childNodes.length) document.execCommand("formatBlock", false, "p"); });
    one.addEventListener("input", () => { if (isEmpty(one) && !one.querySelector("li, a")) { if (one.textContent === "" && one.children.length <= 1) one.classList.add("is-empty"); } else one.classList.remove("is-empty"); });
    one.classList.toggle("is-empty", isEmpty(one));
    // A form without a script of its own takes the text along in a hidden field.
    const field = area.querySelector(`[data-takes-text="${one.id}"]`);
    if (field) field.form.addEventListener("submit", () => { field.value = isEmpty(one) ? "" : one.innerHTML; });
  }
});
