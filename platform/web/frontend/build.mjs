// Builds what the pages load into the folder given as argument: hashed names, a manifest, one
// sprite with only the icons that templates and definitions name, and the licences.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../../..");
const out = resolve(process.argv[2] ?? join(here, "../static/dist"));
const modules = join(here, "node_modules");

async function filesBelow(folder, ending) {
  const found = [];
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isFile() && entry.name.endsWith(ending)) found.push(join(entry.parentPath ?? entry.path, entry.name));
  }
  return found;
}

async function iconNames() {
  const names = new Set((await readFile(join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean));
  const collect = async (files, pattern) => {
    for (const file of files) {
      for (const match of (await readFile(file, "utf8")).matchAll(pattern)) names.add(match[1]);
    }
  };
  await collect(await filesBelow(join(here, "../templates"), ".html"), /icon\(\s*["']([a-z0-9-]+)["']/g);
  await collect(await filesBelow(join(here, ".."), ".py"), /\bicon=["']([a-z0-9-]+)["']/g);
  await collect(await filesBelow(join(root, "apps"), ".json"), /"icon"\s*:\s*"([a-z0-9-]+)"/g);
  return [...names].sort();
}

async function sprite() {
  const symbols = [];
  const known = [];
  for (const name of await iconNames()) {
    const source = await readFile(join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8").catch(() => null);
    if (source === null) {
      console.warn(`icon ${name} is not in the set; pages show a dot`);
      continue;
    }
    const inner = source.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s+/g, " ").trim()}</symbol>`);
    known.push(name);
  }
  return { text: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`, known };
}

function hashed(name, text) {
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  return name.replace(/(\.\w+)$/, `-${digest}$1`);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const result = await build({
  entryPoints: [join(here, "src/core.ts"), join(here, "src/app.css")],
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox128", "safari16.4"],
  minify: true,
  sourcemap: false,
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  outdir: out,
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  if (!output.entryPoint) continue;
  const source = output.entryPoint.split("/").at(-1).replace(/\.ts$/, ".js");
  manifest[source] = path.split("/").at(-1);
}
const icons = await sprite();
manifest["icons.svg"] = hashed("icons.svg", icons.text);
await writeFile(join(out, manifest["icons.svg"]), icons.text);

const licences = [];
for (const name of ["@tabler/core", "@tabler/icons", "htmx.org", "sortablejs", "tom-select"]) {
  const about = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
  const folder = await readdir(join(modules, name));
  const file = folder.find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(join(modules, name, file), "utf8") : `Licence: ${about.license}`;
  licences.push(`${name} ${about.version}\n\n${text.trim()}\n`);
}
await writeFile(join(out, "THIRD_PARTY.txt"), licences.join("\n----\n\n"));
await writeFile(join(out, "manifest.json"), JSON.stringify({ files: manifest, icons: icons.known }, null, 1) + "\n");
console.log(`built ${Object.keys(result.metafile.outputs).length} files and ${icons.known.length} icons`);
