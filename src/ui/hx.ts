/**
 * Spells htmx 4 attributes, unusual names included (`hx-status:422`), and stamps each element with the page's nonce:
 * the hx-csp extension strips htmx attributes from an element without it, so injected markup can do nothing. House
 * rule: every element carries its own target; nothing is inherited. Never adds an expression that is evaluated.
 */
import { useNonce } from "./nonce.ts";

export interface HxOptions {
  get?: string;
  post?: string;
  /** When it acts: an htmx trigger specification without filters (filters need eval). */
  trigger?: string;
  /** Selector of what the response replaces. */
  target?: string;
  swap?: "outerHTML" | "innerHTML" | "outerMorph" | "innerMorph" | "none";
  /** Selector of the part of the response that is used. */
  select?: string;
  include?: string;
  pushUrl?: boolean;
  sync?: string;
  /** Elements that are disabled while the request runs. */
  disable?: string;
  indicator?: string;
  /** Other handling by status, e.g. `{"5xx": "target:#notice"}`. */
  status?: Record<string, string>;
}

/** Attributes for one element; call it while a component renders. */
export function hx(options: HxOptions): Record<string, string> {
  const attributes: Record<string, string> = { "hx-nonce": useNonce() };
  const plain: [string, string | undefined][] = [
    ["hx-get", options.get],
    ["hx-post", options.post],
    ["hx-trigger", options.trigger],
    ["hx-target", options.target],
    ["hx-swap", options.swap],
    ["hx-select", options.select],
    ["hx-include", options.include],
    ["hx-sync", options.sync],
    ["hx-disable", options.disable],
    ["hx-indicator", options.indicator],
  ];
  for (const [name, value] of plain) if (value !== undefined) attributes[name] = value;
  if (options.pushUrl) attributes["hx-push-url"] = "true";
  for (const [status, value] of Object.entries(options.status ?? {})) attributes[`hx-status:${status}`] = value;
  return attributes;
}
