/**
 * Turns errors into text that may be logged. Drizzle wraps every failed statement in an error whose message repeats the
 * statement with all its values, including customers' data and frozen payloads; what the database itself said is in its
 * cause. Log lines must describe errors with this only.
 */
const STATEMENT_FAILED = "Failed query";
const MAX_DEPTH = 5;
const MAX_FRAMES = 12;

/** The innermost message of an error, without a statement's values: `Error: D1_ERROR: Network connection lost.` */
export function causeText(error: unknown): string {
  let current = error;
  for (
    let depth = 0;
    depth < MAX_DEPTH && current instanceof Error && current.message.startsWith(STATEMENT_FAILED);
    depth += 1
  ) {
    if (current.cause === undefined) return `${current.name}: ${STATEMENT_FAILED}`;
    current = current.cause;
  }
  return String(current);
}

/** Where it happened: the frames of the stack, without its first lines, which repeat the message. */
export function framesOf(error: unknown): string[] {
  const lines = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  return lines
    .filter((line) => line.trimStart().startsWith("at "))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim());
}
