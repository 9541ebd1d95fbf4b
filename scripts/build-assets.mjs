/**
 * Puts what browsers load into public/built/, from where it is served, minified: our styles and scripts, and `pages.js`, which is
 * htmx with its extension and our app.js in one. wrangler runs it before each build (see wrangler.toml); it writes only what
 * differs, so that a watch does not loop.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const TARGET = join(ROOT, "public", "built");
const HTMX = join("node_modules", "htmx.org", "dist");
/** What each file is made of, in its order. `app.js` alone is for pages that swap nothing. */
const FILES = {
  "app.css": [join("public", "app.css")],
  "app.js": [join("public", "app.js")],
  "list.js": [join("public", "list.js")],
  "passkeys.js": [join("public", "passkeys.js")],
  "pages.js": [join(HTMX, "htmx.min.js"), join(HTMX, "ext", "hx-csp.min.js"), join("public", "app.js")],
};

mkdirSync(TARGET, { recursive: true });
for (const [name, sources] of Object.entries(FILES)) {
  const text = sources.map(minified).join("\n");
  const target = join(TARGET, name);
  if (!existsSync(target) || readFileSync(target, "utf8") !== text) writeFileSync(target, text);
}

/**
 * What a package has minified stays as it is, but for the line that points to a source map, which is not served.
 * @param {string} source
 */
function minified(source) {
  const text = readFileSync(join(ROOT, source), "utf8");
  if (source.includes(".min.")) return text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
  return transformSync(text, { loader: extname(source) === ".css" ? "css" : "js", minify: true }).code;
}
