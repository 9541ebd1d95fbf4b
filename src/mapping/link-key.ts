/**
 * The keys of links, read back for people and programs: which buyer of which order system, which SKU, which name. And the
 * ID of a link in addresses. Pure.
 */
import { fromBase64, toBase64Url } from "../platform/bytes.ts";
import { BUYER_PREFIX, type Link, type LinkKind } from "./links.ts";

/** What people see of links; the others are ours alone. */
export const LISTED_KINDS = ["customer", "item", "account"] as const;
export type ListedKind = (typeof LISTED_KINDS)[number];

/** What a key stands for. `text`: the buyer's ID, the SKU or the name, with the currency of a buyer's further customer. */
export type LinkedThing =
  | { kind: "buyer"; instanceId: string; isId: boolean; text: string }
  | { kind: "shared_customer" | "sku" | "item_name" | "account"; text: string };

/** Reads the key of a link. */
export function readLinkKey({ kind, key }: Pick<Link, "kind" | "key">): LinkedThing {
  if (kind === "customer" && key.startsWith(BUYER_PREFIX)) {
    const [instanceId, identity] = cut(key.slice(BUYER_PREFIX.length));
    const [how, text] = cut(identity);
    return { kind: "buyer", instanceId, isId: how === "id", text };
  }
  const [how, text] = cut(key);
  if (kind === "customer") return { kind: "shared_customer", text };
  if (kind === "item") return { kind: how === "sku" ? "sku" : "item_name", text };
  return { kind: "account", text };
}

/** Whether a person can choose another record for it. The shared customer and the accounts are chosen in the settings. */
export function isChangeable(link: Pick<Link, "kind" | "key">): boolean {
  return ["buyer", "sku", "item_name"].includes(readLinkKey(link).kind);
}

/** The ID of a link in addresses, within its connection. */
export function linkIdOf({ kind, key }: Pick<Link, "kind" | "key">): string {
  return toBase64Url(new TextEncoder().encode(`${kind} ${key}`));
}

/** The kind and key that an ID stands for, or null if it is none. */
export function readLinkId(id: string): { kind: ListedKind; key: string } | null {
  const bytes = fromBase64(id);
  if (!bytes) return null;
  const text = new TextDecoder().decode(bytes);
  const at = text.indexOf(" ");
  const kind = LISTED_KINDS.find((one: LinkKind) => one === text.slice(0, Math.max(0, at)));
  return kind === undefined ? null : { kind, key: text.slice(at + 1) };
}

/** The text before the first colon, and the rest. */
function cut(text: string): [string, string] {
  const at = text.indexOf(":");
  return at < 0 ? ["", text] : [text.slice(0, at), text.slice(at + 1)];
}
