/** Runs one TypeScript program of the project with its tools ready: `node scripts/run.mjs FILE [arguments]`. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { withTools } from "./lib/toolchain.mjs";

await withTools(async () => {
  const [file, ...rest] = process.argv.slice(2);
  if (file === undefined) throw new Error("Usage: node scripts/run.mjs FILE [arguments]");
  process.argv.splice(1, process.argv.length - 1, file, ...rest);
  await import(pathToFileURL(resolve(file)).href);
});
