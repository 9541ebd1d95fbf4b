/**
 * Starts and ends a long-running child together with everything that it starts itself. The child runs in a process group
 * of its own under lib/keep.mjs, so that it ends with us in every case, and its output goes to a log file.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const KEEPER = join(import.meta.dirname, "keep.mjs");
const END_LIMIT_MS = 8_000;
const LOG_TAIL_LINES = 25;

export interface KeptProcess {
  name: string;
  /** ID of the keeper, which is also the ID of the process group. */
  groupId: number;
  logFile: string;
  hasEnded(): boolean;
  /** Resolves when the child ended though nobody here ended it; otherwise never. */
  crashed: Promise<void>;
  /** Ends the whole group and waits for it. */
  stop(): Promise<void>;
  /** `kill -9` of the whole group, as a test of recovery needs it. */
  kill(): Promise<void>;
  /** The last lines of its log. */
  tail(): string;
}

/** Starts `command` with its output appended to `logFile`. */
export function startKept(
  name: string,
  command: string,
  args: string[],
  options: { logFile: string; cwd: string; env: Record<string, string | undefined> },
): KeptProcess {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, "a");
  const keeper = spawn(process.execPath, [KEEPER, command, ...args], {
    cwd: options.cwd,
    env: options.env,
    stdio: ["pipe", log, log],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  closeSync(log);
  return keptFrom(name, keeper, options.logFile);
}

function keptFrom(name: string, keeper: ChildProcess, logFile: string): KeptProcess {
  let isOver = false;
  let isWanted = true;
  const ended = new Promise<void>((resolve) => {
    const over = () => {
      isOver = true;
      resolve();
    };
    keeper.once("exit", over);
    keeper.once("error", over);
  });
  // The keeper ends with a closed pipe while we write nothing: an error on it means only that it has gone.
  keeper.stdin?.on("error", () => undefined);
  const groupId = keeper.pid ?? -1;
  const waitForEnd = () =>
    Promise.race([ended, new Promise<void>((resolve) => setTimeout(resolve, END_LIMIT_MS).unref())]);
  return {
    name,
    groupId,
    logFile,
    hasEnded: () => isOver,
    crashed: new Promise((resolve) => void ended.then(() => (isWanted ? resolve() : undefined))),
    async stop() {
      isWanted = false;
      keeper.stdin?.end();
      await waitForEnd();
    },
    async kill() {
      isWanted = false;
      if (groupId > 0 && !isOver) process.kill(process.platform === "win32" ? groupId : -groupId, "SIGKILL");
      await waitForEnd();
    },
    tail: () => lastLines(logFile),
  };
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
  } catch {
    return "(no log)";
  }
}
