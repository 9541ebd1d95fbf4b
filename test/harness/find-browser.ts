/**
 * Finds a browser for the tests: the one from npm (`@sparticuz/chromium`), so that all machines test with the same version,
 * and a headless one that needs a third less time; elsewhere than on Linux the system's Chrome or Chromium. The one from npm
 * is unpacked once into the temporary folder, together with the libraries and fonts that a bare machine lacks.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import packageJson from "../../package.json" with { type: "json" };

export interface Browser {
  executablePath: string;
  args: string[];
  /** Variables that the browser needs beside our own. */
  env: Record<string, string>;
}

const UNPACK = join(import.meta.dirname, "unpack-browser.mjs");
const SYSTEM_NAMES = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "chrome"];
const SYSTEM_PATHS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];
/** Chrome's own sandbox does not start as root or in most containers; the tests open only pages of this machine. */
const ARGS = ["--no-sandbox", "--font-render-hinting=none"];

/**
 * CHROME_PATH names a browser outright, `CHROME_PATH=system` takes the system's. Throws where neither exists or starts (npm's
 * is for Linux on x64 only).
 */
export async function findBrowser(): Promise<Browser> {
  const wanted = process.env["CHROME_PATH"];
  if (wanted !== undefined && wanted !== "system") return { executablePath: wanted, args: ARGS, env: {} };
  const isForNpm = process.platform === "linux" && process.arch === "x64" && wanted !== "system";
  const fromNpm = isForNpm ? await browserFromNpm() : null;
  if (fromNpm !== null) return fromNpm;
  const system = systemBrowser();
  if (system !== null) return { executablePath: system, args: ARGS, env: {} };
  throw new Error("No browser found: install Chrome or Chromium, or set CHROME_PATH to one.");
}

function systemBrowser(): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [...folders.flatMap((folder) => SYSTEM_NAMES.map((name) => join(folder, name))), ...SYSTEM_PATHS];
  return candidates.find(canRun) ?? null;
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Null where it does not start, e.g. for want of a system library. */
async function browserFromNpm(): Promise<Browser | null> {
  const folder = unpackedFolder();
  if (!existsSync(folder)) await unpackInto(folder);
  const executablePath = join(folder, "chromium");
  const plain = { FONTCONFIG_PATH: folder, FONTCONFIG_FILE: join(folder, "fonts.conf") };
  const withLibraries = { ...plain, LD_LIBRARY_PATH: join(folder, "al2023", "lib") };
  for (const env of [plain, withLibraries])
    if (await starts(executablePath, env)) return { executablePath, args: ARGS, env };
  return null;
}

/** Named after all that decides what lies in it, so that what an earlier version of this code left there is not taken. */
function unpackedFolder(): string {
  const version = packageJson.devDependencies["@sparticuz/chromium"];
  const layout = createHash("sha256").update(readFileSync(UNPACK)).digest("hex").slice(0, 8);
  return join(tmpdir(), `bookbridge-chromium-${version}-${layout}-${userInfo().uid}`);
}

/** Unpacks beside the target and moves it there in one step: no other run sees half a browser, nor writes into ours. */
async function unpackInto(folder: string): Promise<void> {
  const workFolder = mkdtempSync(`${folder}.`);
  try {
    const env = { ...process.env, TMPDIR: workFolder };
    await promisify(execFile)(process.execPath, [UNPACK, folder], { env });
    renameSync(workFolder, folder);
  } catch (error) {
    rmSync(workFolder, { recursive: true, force: true });
    // Another run was faster.
    if (!existsSync(folder)) throw error;
  }
}

async function starts(executablePath: string, env: Record<string, string>): Promise<boolean> {
  try {
    await promisify(execFile)(executablePath, ["--version"], { env: { ...process.env, ...env } });
    return true;
  } catch {
    return false;
  }
}
