// Elements come and go with htmx and live updates: `whenever` runs once for each that fits, now and later.
const wishes = [];

export function whenever(selector, start) {
  const met = new WeakSet(), meet = element => { if (!met.has(element)) { met.add(element); start(element); } };
  const look = root => { if (root.matches?.(selector)) meet(root); for (const element of root.querySelectorAll(selector)) meet(element); };
  wishes.push(look);
  look(document);
}

export function arrived(root = document) {
  for (const look of wishes) look(root);
}
