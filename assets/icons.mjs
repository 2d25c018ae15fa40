// One sprite with the icons of Tabler that our pages use, and no others.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const quoted = /(["'])([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\1/g;
const names = text => [...text.matchAll(quoted)].map(match => match[2]);
const path = (folder, name) => join(folder, name.endsWith("-filled") ? `filled/${name.slice(0, -7)}.svg` : `outline/${name}.svg`);

// Where a name stands as an icon for certain (an unknown one is a mistake) and where it may be one (an unknown one is some other word).
function inTemplate(text, sure, perhaps) {
  for (const match of text.matchAll(/icons\.svg#([a-z0-9-]+)/g)) sure.add(match[1]);
  for (const match of text.matchAll(/\b(?:icon|iconbutton|iconlink|empty|item)\(\s*(["'])([a-z0-9-]+)\1/g)) sure.add(match[2]);
  for (const match of text.matchAll(/\{[{%]([\s\S]*?)[%}]\}/g)) names(match[1]).forEach(name => perhaps.add(name));
}

// In Python and JavaScript: lines that speak of a glyph or an icon, and tables whose name says that they hold them.
function inCode(text, perhaps) {
  let inside = false;
  for (const line of text.split("\n")) {
    if (/^\s*(?:export )?(?:const )?[A-Z_]*(?:GLYPH|ICON)[A-Z_]*\b.*[=:].*[({[]\s*$/i.test(line)) inside = true;
    if (inside || /glyph|icon|SettingsPage\(/i.test(line)) names(line).forEach(name => perhaps.add(name));
    if (/^[)}\]]/.test(line)) inside = false;
  }
}

export function usedIcons(root, files) {
  const folder = join(root, "node_modules/@tabler/icons/icons"), sure = new Map(), used = new Set();
  for (const file of files(join(root, "app")).filter(name => !name.includes("/static/"))) {
    const perhaps = new Set(), certain = new Set();
    if (/\/templates\/.*\.(html|svg|txt)$/.test(file)) inTemplate(readFileSync(file, "utf8"), certain, perhaps);
    else if (/\.(py|js)$/.test(file)) {
      const text = readFileSync(file, "utf8");
      for (const match of text.matchAll(/icons\.svg#([a-z0-9-]+)/g)) certain.add(match[1]);
      inCode(text, perhaps);
    }
    for (const name of certain) sure.set(name, file);
    for (const name of perhaps) if (existsSync(path(folder, name))) used.add(name);
  }
  for (const [name, file] of sure) {
    if (!existsSync(path(folder, name))) throw new Error(`${file} uses the icon ${name}, which Tabler does not have`);
    used.add(name);
  }
  return [...used].sort();
}

export function sprite(folder, used) {
  const symbols = used.map(name => {
    const svg = readFileSync(path(folder, name), "utf8");
    const body = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/<svg[^>]*>|<\/svg>/g, "").replace(/<path stroke="none"[^>]*>/g, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24"${name.endsWith("-filled") ? ' fill="currentColor" stroke="none"' : ""}>${body}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`;
}
