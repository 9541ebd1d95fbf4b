/**
 * A second part of a response to htmx, for another place on the page than the one that asked. htmx takes it out before
 * it swaps the rest; it belongs only in fragments, never in a whole page.
 */
import type { Child } from "hono/jsx";
import { useNonce } from "./nonce.ts";

interface PartialResponseProps {
  target: string;
  /** `innerMorph` changes what is there in place, so that a focus in it stays. */
  swap?: "innerHTML" | "innerMorph";
  children?: Child;
}

/** Replaces the content of `target` with the children. */
export function PartialResponse({ target, swap = "innerHTML", children }: PartialResponseProps) {
  const attributes = { hx: "", type: "partial", "hx-nonce": useNonce(), "hx-target": target, "hx-swap": swap };
  return <template {...attributes}>{children}</template>;
}
