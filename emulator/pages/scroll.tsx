/**
 * Lets a wide table scroll sideways, so that the page itself never does; reachable by keyboard. It has no content of
 * its own.
 */
import type { Child } from "hono/jsx";

export function Scroll(props: { label: string; class?: string; children?: Child }) {
  return (
    <div class={`scroll ${props.class ?? ""}`.trim()} role="region" aria-label={props.label} tabindex={0}>
      {props.children}
    </div>
  );
}
