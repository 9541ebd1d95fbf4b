/**
 * Copies the browser's scripts from their npm packages to public/vendor/, from where they are served.
 * wrangler runs it before each build (see wrangler.toml); it writes only what differs, so that a watch does not loop.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const TARGET = join(ROOT, "public", "vendor");
const FILES = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "hx-csp.min.js": "htmx.org/dist/ext/hx-csp.min.js",
};

mkdirSync(TARGET, { recursive: true });
for (const [name, source] of Object.entries(FILES)) {
  // The packages' source maps are not served, so the line that points to them goes.
  const text = readFileSync(join(ROOT, "node_modules", source), "utf8").replace(
    /\n?\/\/# sourceMappingURL=.*\s*$/,
    "\n",
  );
  const target = join(TARGET, name);
  if (!existsSync(target) || readFileSync(target, "utf8") !== text) writeFileSync(target, text);
}
