/**
 * A part of a page that reloads while something in it is under way, and stops when nothing is: the response then has no
 * trigger. A separate line announces changes politely; the whole part is never read out.
 */
import type { Child } from "hono/jsx";
import { hx } from "./hx.ts";

/** `fast` for what a person is waiting for, `steady` for overviews that cost more to read, `slow` for later times. */
const TRIGGERS = { fast: "every 2s", steady: "every 5s", slow: "every 15s" } as const;
export type Pace = keyof typeof TRIGGERS | "no";

export interface LiveProps {
  /** Unique on the page; the element that the response replaces. */
  id: string;
  /** The page itself, with its filters. */
  url: string;
  /** How often it reloads; `no` when nothing will change on its own. */
  pace: Pace;
  children?: Child;
}

export function Live({ id, url, pace, children }: LiveProps) {
  const polling =
    pace === "no"
      ? {}
      : hx({
          get: url,
          trigger: TRIGGERS[pace],
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
