// Files of a draft: each goes up by itself with its progress in its chip, and can be taken out again.
import { headers, send } from "./requests.js";
import { complain } from "./toasts.js";

const pending = new Set();
export const uploading = () => pending.size > 0;
export const uploaded = () => Promise.allSettled([...pending]);

export function upload(file, url, room) {
  const chip = document.createElement("span"), name = document.createElement("bdi"), meter = document.createElement("progress");
  chip.className = "f-file is-coming";
  name.className = "f-cut";
  name.textContent = file.name;
  Object.assign(meter, { className: "f-meter is-accent", max: 100, value: 0 });
  meter.setAttribute("aria-label", file.name);
  chip.append(name, meter);
  room.append(chip);
  room.hidden = false;
  const work = new Promise((done, failed) => {
    const request = new XMLHttpRequest(), body = new FormData();
    body.append("file", file);
    request.open("POST", url);
    for (const [key, value] of Object.entries(headers())) request.setRequestHeader(key, value);
    request.upload.onprogress = event => { if (event.lengthComputable) meter.value = 100 * event.loaded / event.total; };
    request.onload = () => {
      if (request.status < 300) { chip.outerHTML = request.responseText; done(); return; }
      let words = "";
      try { words = JSON.parse(request.responseText).detail; } catch { /* a proxy's page */ }
      failed(words);
    };
    request.onerror = () => failed("");
    request.send(body);
  }).catch(words => { chip.remove(); complain(words ? `${file.name}: ${words}` : ""); tidy(room); });
  pending.add(work);
  work.finally(() => pending.delete(work));
  return work;
}

const tidy = room => { room.hidden = !room.querySelector(".f-file"); };

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-remove-file]");
  if (!button) return;
  const room = button.closest(".f-files");
  await send("DELETE", button.dataset.removeFile);
  button.closest(".f-file").remove();
  tidy(room);
});
