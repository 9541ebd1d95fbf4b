/**
 * Puts what browsers load into public/built/, from where it is served: htmx as its package has it, our own scripts and styles
 * minified. wrangler runs it before each build (see wrangler.toml); it writes only what differs, so that a watch does not loop.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const TARGET = join(ROOT, "public", "built");
const FROM_PACKAGES = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "hx-csp.min.js": "htmx.org/dist/ext/hx-csp.min.js",
};
const OUR_OWN = ["app.css", "app.js", "list.js", "passkeys.js"];

mkdirSync(TARGET, { recursive: true });
for (const [name, source] of Object.entries(FROM_PACKAGES)) {
  // The packages' source maps are not served, so the line that points to them goes.
  const text = readFileSync(join(ROOT, "node_modules", source), "utf8");
  write(name, text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
}
for (const name of OUR_OWN) {
  const loader = extname(name) === ".css" ? "css" : "js";
  write(name, transformSync(readFileSync(join(ROOT, "public", name), "utf8"), { loader, minify: true }).code);
}

/**
 * @param {string} name
 * @param {string} text
 */
function write(name, text) {
  const target = join(TARGET, name);
  if (!existsSync(target) || readFileSync(target, "utf8") !== text) writeFileSync(target, text);
}
