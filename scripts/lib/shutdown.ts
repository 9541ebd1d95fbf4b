/**
 * Ends a program with everything that it started: at Ctrl-C, SIGTERM, SIGHUP, and when npm, which started it, is gone.
 * Children that must not survive a kill -9 either are started with lib/kept-process.ts.
 */

const PARENT_CHECK_EVERY_MS = 1_000;
const CODE_AFTER_SIGNAL = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Calls `stop` once at the first reason to end, then exits. A second signal changes nothing. */
export function endWith(stop: () => Promise<void>): (code: number) => Promise<never> {
  let isEnding = false;
  const end = async (code: number): Promise<never> => {
    if (isEnding) return new Promise<never>(() => undefined);
    isEnding = true;
    try {
      await stop();
    } finally {
      process.exit(code);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => void end(CODE_AFTER_SIGNAL[signal]));
  }
  endWithParent(() => void end(CODE_AFTER_SIGNAL.SIGHUP));
  return end;
}

/** A program that npm started has no reason to live on without it; a killed npm sends no signal. */
function endWithParent(end: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, PARENT_CHECK_EVERY_MS).unref();
}
