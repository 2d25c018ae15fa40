// Builds what the browser gets into app/web/static/build/: styles, modules, icons, fonts and pictures, each under a name with the
// hash of its content, compressed beforehand, and listed in manifest.json by plain name. Nothing comes from elsewhere at run time.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";
import { sprite, usedIcons } from "./icons.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const sources = join(root, "app/web/assets"), build = join(root, "app/web/static/build"), fresh = build + ".new";
const packages = join(root, "node_modules");
const began = performance.now();

// What understands light-dark(), nesting and popovers: every browser of the last two years.
const target = ["chrome123", "edge123", "firefox125", "safari17.5"];
// Styles in the order in which they may override each other; files not named here come before the last.
const first = ["tokens", "base", "shell", "controls", "parts", "lists", "board", "conversation", "panel", "overlays", "pages"];
const last = ["narrow"];
const fonts = { latin: "inter-latin", "latin-ext": "inter-latin-ext", cyrillic: "inter-cyrillic" };
const compressed = new Set([".css", ".js", ".svg", ".json"]);

const manifest = {};
let size = 0;

function put(name, content) {
  const bytes = Buffer.from(content), hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const ending = extname(name), stem = name.slice(0, -ending.length), hashed = `${stem}-${hash}${ending}`;
  writeFileSync(join(fresh, hashed), bytes);
  if (compressed.has(ending)) {
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    writeFileSync(join(fresh, hashed + ".br"), brotli);
    writeFileSync(join(fresh, hashed + ".gz"), gzipSync(bytes, { level: 9 }));
    size += brotli.length;
  } else size += bytes.length;
  manifest[name] = hashed;
  return hashed;
}

function files(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile()).map(entry => join(entry.parentPath ?? entry.path, entry.name)).sort();
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

function pictures() {
  for (const file of files(join(sources, "img"))) put(relative(join(sources, "img"), file).replaceAll("/", "-"), readFileSync(file));
}

// Only the scripts that our languages need, with the ranges that tell the browser when to fetch which.
function typeface() {
  const css = readFileSync(join(packages, "@fontsource-variable/inter/wght.css"), "utf8");
  let faces = "";
  for (const [part, name] of Object.entries(fonts)) {
    const block = css.match(new RegExp(`/\\* inter-${part}-wght-normal \\*/\\s*(@font-face \\{[^}]+\\})`))?.[1];
    if (!block) throw new Error(`the Inter package has no part ${part}`);
    const file = readFileSync(join(packages, `@fontsource-variable/inter/files/inter-${part}-wght-normal.woff2`));
    faces += block.replace(/src:[^;]+;/, `src: url(${put(name + ".woff2", file)}) format("woff2");`) + "\n";
  }
  return faces;
}

async function styles() {
  // Tabler's sources name their properties --x, its packages and we --tblr-x.
  const tabler = sass.compile(join(root, "assets/tabler.scss"), { loadPaths: [packages], quietDeps: true }).css
    .replace(/@charset[^;]+;/, "").replace(/--(?!tblr-)([a-z][\w-]*)/g, "--tblr-$1");
  const own = Object.fromEntries(files(join(sources, "css")).map(file => [relative(join(sources, "css"), file).replace(/\.css$/, ""), file]));
  const rest = Object.keys(own).filter(name => !first.includes(name) && !last.includes(name));
  const ordered = [...first, ...rest, ...last].filter(name => own[name]).map(name => readFileSync(own[name], "utf8"));
  const text = [typeface(), tabler, ...ordered].join("\n").replace(/url\(["']?(?:\.\.\/)?img\/([^"')]+)["']?\)/g, (whole, name) => {
    if (!manifest[name]) throw new Error(`a style names the picture ${name}, which is not there`);
    return `url(${manifest[name]})`;
  });
  const { code, warnings } = await esbuild.transform(text, { loader: "css", minify: true, target, legalComments: "none" });
  for (const warning of warnings) console.warn(`assets: ${warning.text} ${warning.location?.lineText ?? ""}`);
  put("fondaco.css", code);
}

// app.js is the module of every page, theme.js runs before the first paint; js/pages/x.js is for a page of its own.
async function modules() {
  const all = files(join(sources, "js")).map(file => relative(join(sources, "js"), file));
  const entries = all.filter(name => ["app.js", "theme.js"].includes(name) || name.startsWith("pages/"));
  for (const name of entries) {
    const { outputFiles } = await esbuild.build({
      entryPoints: [join(sources, "js", name)], bundle: true, minify: true, write: false, legalComments: "none", target,
      format: name === "theme.js" ? "iife" : "esm", nodePaths: [packages], logLevel: "warning",
    });
    put(name.replace("pages/", ""), outputFiles[0].contents);
  }
}

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
pictures();
await styles();
await modules();
const icons = usedIcons(root, files);
put("icons.svg", sprite(join(packages, "@tabler/icons/icons"), icons));
writeFileSync(join(fresh, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");

const old = build + ".old";
rmSync(old, { recursive: true, force: true });
try { renameSync(build, old); } catch (error) { if (error.code !== "ENOENT") throw error; }
renameSync(fresh, build);
rmSync(old, { recursive: true, force: true });
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`assets: ${Object.keys(manifest).length} files, ${icons.length} icons, ${Math.round(size / 1024)} kB compressed, in ${seconds} s`);
