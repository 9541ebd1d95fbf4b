/**
 * A second part of a response to htmx, for another place on the page than the one that asked. htmx takes it out before
 * it swaps the rest; it belongs only in fragments, never in a whole page.
 */
import type { Child } from "hono/jsx";
import { useNonce } from "./nonce.ts";

/** Replaces the content of `target` with the children. */
export function PartialResponse({ target, children }: { target: string; children?: Child }) {
  const attributes = { hx: "", type: "partial", "hx-nonce": useNonce(), "hx-target": target, "hx-swap": "innerHTML" };
  return <template {...attributes}>{children}</template>;
}
