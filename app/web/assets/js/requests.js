// Talks to the server: htmx for parts of pages, `send` for the rest. Both carry the CSRF token, both say what went wrong.
import htmx from "htmx.org";
import { arrived } from "./contents.js";
import { complain, toast } from "./toasts.js";

const token = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";
export const headers = () => ({ "X-CSRF-Token": token(), "HX-Request": "true", Accept: "application/json, text/html" });

// Resolves to the response when it is a success, throws after telling the reader otherwise.
export async function send(method, url, body, { quiet = false, keepalive = false } = {}) {
  let response;
  try {
    response = await fetch(url, { method, body, keepalive, headers: headers(), credentials: "same-origin" });
  } catch (error) {
    if (!quiet) complain();
    throw error;
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.headers.get("HX-Redirect")) location.href = response.headers.get("HX-Redirect");
  if (!quiet) complain(problem.detail ?? problem.title ?? "");
  throw Object.assign(new Error(problem.detail ?? response.statusText), { status: response.status, problem });
}

// What a fragment's own request answers with trouble is said in a toast: problem details (RFC 9457) in words.
document.addEventListener("htmx:responseError", event => {
  const { xhr } = event.detail;
  let words = "";
  try { words = JSON.parse(xhr.responseText).detail; } catch { /* a proxy's page: the general words do */ }
  complain(words);
});
document.addEventListener("htmx:sendError", () => complain("", true));

// The server may add a toast to any answer: HX-Trigger {"toast": {"text": "…", "undo": "/address"}}; undo is a POST there.
document.addEventListener("toast", event => {
  const { text, undo } = event.detail;
  toast(text, { undo: undo && (() => send("POST", undo).then(() => document.dispatchEvent(new CustomEvent("fondaco:changed")))) });
});

htmx.onLoad(root => arrived(root));
