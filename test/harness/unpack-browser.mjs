/**
 * `node unpack-browser.mjs FOLDER`: unpacks the browser of `@sparticuz/chromium`, with its libraries and fonts, for FOLDER.
 * A process of its own, because the package unpacks into whatever folder TMPDIR names: the caller sets TMPDIR to a folder
 * where nobody looks, and moves that to FOLDER when it is complete.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import chromium, { inflate } from "@sparticuz/chromium";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Usage: node unpack-browser.mjs FOLDER, with TMPDIR set");

const packageFolder = dirname(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")));
await chromium.executablePath(join(packageFolder, "bin"));
await inflate(join(packageFolder, "bin", "al2023.tar.br"));
writeFileSync(join(tmpdir(), "fonts.conf"), fontConfiguration(folder));

/**
 * The package's own fonts.conf names a fixed folder, not the one that it unpacks its fonts to. Without any font the browser
 * crashes on the first page.
 * @param {string} lastFolder
 */
function fontConfiguration(lastFolder) {
  const escaped = lastFolder.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${escaped}/fonts</dir>
  <cachedir>${escaped}/font-cache</cachedir>
</fontconfig>
`;
}
