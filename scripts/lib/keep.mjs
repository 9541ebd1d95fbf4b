/**
 * Stands between us and one long-running child (wrangler with its workerd children) as leader of a process group of
 * their own. When the pipe from us closes, however we ended (kill -9 too), it ends the whole group: nothing is left.
 * Usage: node keep.mjs COMMAND [arguments], with a pipe as standard input that stays open as long as the child may live.
 */
import { spawn } from "node:child_process";

/** Time for an orderly end before the group is killed. */
const GRACE_MS = 3_000;
const IS_WINDOWS = process.platform === "win32";

const [command, ...args] = process.argv.slice(2);
if (command === undefined) process.exit(2);
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });

let ending = false;
/** @param {NodeJS.Signals} signal */
function signalGroup(signal) {
  try {
    if (IS_WINDOWS) spawn("taskkill", ["/PID", String(child.pid), "/T", "/F"]);
    else process.kill(-process.pid, signal);
  } catch {
    // The group is already gone.
  }
}

function end() {
  if (ending) return;
  ending = true;
  signalGroup("SIGTERM");
  setTimeout(killAll, GRACE_MS);
}

function killAll() {
  signalGroup("SIGKILL");
  process.exit(1);
}

for (const signal of /** @type {NodeJS.Signals[]} */ (["SIGTERM", "SIGINT", "SIGHUP"])) process.on(signal, end);
process.stdin.on("end", end);
process.stdin.on("close", end);
process.stdin.on("error", end);
process.stdin.resume();

child.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
// Whatever the child left behind in its group ends with it.
child.on("exit", killAll);
