// "6 min" stays true while the page stands open. The words come from the same CLDR data as on the server.
const language = document.documentElement.lang || "en";
const unit = name => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" });
const words = { minute: unit("minute"), hour: unit("hour") };

// The time of day as the server would write it, in the member's zone.
export const timeOfDay = at => at.toLocaleTimeString(document.documentElement.dataset.dates ?? language, { hour: "2-digit", minute: "2-digit", timeZone: document.documentElement.dataset.zone });

function tick() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
    if (seconds < 60 || seconds >= 86400) continue;
    const text = seconds < 3600 ? words.minute.format(Math.floor(seconds / 60)) : words.hour.format(Math.floor(seconds / 3600));
    if (time.textContent !== text) time.textContent = text;
  }
}
setInterval(tick, 30_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
