/**
 * A wide table's own sideways scrolling, so that the page itself never scrolls sideways; reachable by keyboard.
 * It holds no content of its own.
 */
import type { Child } from "hono/jsx";

export function Scroll(props: { label: string; class?: string; children?: Child }) {
  return (
    <div class={`scroll ${props.class ?? ""}`.trim()} role="region" aria-label={props.label} tabindex={0}>
      {props.children}
    </div>
  );
}
