// Builds style and scripts into app/static/dist, each named by its content, and writes
// manifest.json, in which the pages look the names up.
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { adoptedStyles } from "./adopted_styles.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "app", "static", "dist");
const entries = ["site.css", "player.js", "share.js", "studio.css", "studio.js"];

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

const built = await build({
  absWorkingDir: here,
  entryPoints: entries.map((name) => join("src", name)),
  outdir: target,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "eof",
  metafile: true,
  logLevel: "warning",
  plugins: [adoptedStyles],
});

for (const path of Object.keys(built.metafile.outputs)) {
  const file = join(here, path);
  await writeFile(`${file}.gz`, await promisify(gzip)(await readFile(file), { level: 9 }));
}

const names = Object.fromEntries(
  Object.entries(built.metafile.outputs)
    .filter(([, output]) => output.entryPoint)
    .map(([path, output]) => [basename(output.entryPoint), basename(path)]),
);
await writeFile(join(target, "manifest.json"), JSON.stringify(names, null, 2) + "\n");
