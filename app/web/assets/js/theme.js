// Before the first paint: the folded navigation, and at the door the look this browser had last. A member's own look is written by the server.
(() => {
  const root = document.documentElement, kept = name => { try { return localStorage.getItem(name); } catch { return null; } };
  if (kept("nav") === "narrow") root.dataset.nav = "narrow";
  const theme = kept("theme");
  if (!root.dataset.bsTheme && (theme === "light" || theme === "dark") && root.dataset.home === undefined) root.dataset.bsTheme = theme;
})();
