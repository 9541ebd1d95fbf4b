/**
 * A part of a page that reads itself anew while something in it is under way, and stops when nothing is: the answer
 * then leaves the trigger out. Changes are announced politely by a line of its own, never by the whole part.
 */
import type { Child } from "hono/jsx";
import { hx } from "./hx.ts";

const FAST = "every 2s";
const SLOW = "every 15s";

export interface LiveProps {
  /** Unique on the page; what the answer replaces. */
  id: string;
  /** The page itself, with its filters. */
  url: string;
  /** `fast` while work is under way, `slow` while it waits for a later time, `no` when nothing will change by itself. */
  pace: "fast" | "slow" | "no";
  children?: Child;
}

export function Live({ id, url, pace, children }: LiveProps) {
  const polling =
    pace === "no"
      ? {}
      : hx({
          get: url,
          trigger: pace === "fast" ? FAST : SLOW,
          target: `#${id}`,
          swap: "outerMorph",
          sync: "this:drop",
        });
  return (
    <div id={id} class="stack live" {...polling}>
      {children}
    </div>
  );
}
