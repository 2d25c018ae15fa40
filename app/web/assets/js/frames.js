// A customer's HTML mail stands in a frame without scripts, as high as what it shows. Links in it open a new tab.
import { whenever } from "./contents.js";

whenever("iframe[data-mail]", frame => {
  const fit = () => {
    const page = frame.contentDocument?.documentElement;
    if (!page?.isConnected || !frame.contentDocument.body) return;
    const height = Math.min(Math.max(frame.contentDocument.body.scrollHeight, page.offsetHeight, 24), 20_000);
    const edge = getComputedStyle(frame), around = parseFloat(edge.paddingBlockStart) + parseFloat(edge.paddingBlockEnd);
    frame.style.blockSize = `${height + around + (page.scrollWidth > page.clientWidth ? 16 : 0)}px`;
    frame.classList.add("is-in");
  };
  const watch = () => {
    if (!frame.contentDocument?.body) return;
    fit();
    new ResizeObserver(fit).observe(frame.contentDocument.body);
    frame.contentDocument.addEventListener("load", fit, true);  // pictures that come late
    frame.contentDocument.addEventListener("keydown", event => frame.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, bubbles: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey })));
  };
  frame.addEventListener("load", watch);
  if (frame.contentDocument?.readyState === "complete") watch();
});

// "Show remote images": the same mail from an address whose own policy lets them in.
document.addEventListener("click", event => {
  const button = event.target.closest("[data-images]");
  if (!button) return;
  const frame = document.getElementById(button.dataset.images);
  frame.src = frame.dataset.withImages;
  frame.dataset.shown = "all";
  button.closest("[data-images-line]").remove();
  frame.focus();
});
