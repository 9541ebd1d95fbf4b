/**
 * Whether a buyer of a known ID is still the one that was linked (docs/contract.md, section 8, *Who and what it is*). Shops
 * give one ID to several people, and people change their names; so only where both the name and the e-mail are others
 * it is somebody else. Pure.
 */
import type { Warning } from "../failures/warning.ts";
import { MAX_DISPLAY_NAME_CHARS } from "../quickbooks/limits.ts";
import { isSameName } from "../quickbooks/names.ts";
import { cleanText } from "../quickbooks/text.ts";
import type { DesiredCustomer } from "./desired-customer.ts";
import type { Buyer, Link } from "./links.ts";

/** Whether the buyer is somebody else. A missing e-mail is no other one; a link that keeps none is anybody's. */
export function isOtherBuyer(known: Buyer | null, buyer: Buyer | null): boolean {
  if (known === null || buyer === null || isSameBuyerName(known.name, buyer.name)) return false;
  return hasOtherEmail(known, buyer);
}

/** How the link should remember its buyer from now on; null: as it does. */
export function newlyKnown(link: Link, desired: DesiredCustomer, names: readonly string[]): Buyer | null {
  const { buyer } = desired;
  if (buyer === null) return null;
  const known = link.buyer;
  // An earlier version kept no buyer: it is known again by the name that stands in QuickBooks.
  if (known === null) return names.some((name) => isSameBuyerName(name, link.name)) ? buyer : null;
  if (isSameBuyerName(known.name, buyer.name)) {
    const isConfirmed = buyer.email !== null && (known.email === null || !desired.isGuest);
    return isConfirmed && known.email !== buyer.email ? buyer : null;
  }
  return buyer.email !== null && known.email !== null && !hasOtherEmail(known, buyer) ? buyer : null;
}

/** Two guests of one name may be two people, whom nothing but the e-mail tells apart. */
export function guestWarnings(link: Link, { buyer, isGuest }: DesiredCustomer): Warning[] {
  if (!isGuest || buyer === null || link.buyer === null || !hasOtherEmail(link.buyer, buyer)) return [];
  const message = `Guests named '${buyer.name}' have ordered with different e-mail addresses, ${link.buyer.email} and ${buyer.email}. All are booked on the customer '${link.name}' in QuickBooks.`;
  return [{ code: "guest_emails_differ", message }];
}

/** The ID now stands for another buyer. */
export function movedWarning(desired: DesiredCustomer, earlier: Link, nameInQuickBooks: string): Warning {
  const shown = (one: Buyer | null): string => (one ? `'${one.name}'${one.email ? ` (${one.email})` : ""}` : "nobody");
  const message = `The order system gives this buyer the ID of ${shown(earlier.buyer)}, but the name and e-mail are those of ${shown(desired.buyer)}. So the customer '${nameInQuickBooks}' is used in QuickBooks, and no longer '${earlier.name}'.`;
  return { code: "buyer_changed", message };
}

/** Letters that a company does not keep, and our own shortening, make no other name. */
function isSameBuyerName(a: string, b: string): boolean {
  const plain = (name: string): string => cleanText(name, MAX_DISPLAY_NAME_CHARS, "latin1", { isName: true }).text;
  const short = (name: string): string => cleanText(name, MAX_DISPLAY_NAME_CHARS, "all", { isName: true }).text;
  return [plain, short].some((made) => isSameName(a, b) || isSameName(made(a), b) || isSameName(a, made(b)));
}

function hasOtherEmail(a: Buyer, b: Buyer): boolean {
  const [ofA, ofB] = [addressesOf(a.email), addressesOf(b.email)];
  return ofA.length > 0 && ofB.length > 0 && !ofA.some((address) => ofB.includes(address));
}

function addressesOf(email: string | null): string[] {
  return (email ?? "")
    .split(/[,;]/)
    .map((address) => address.trim().toLowerCase())
    .filter((address) => address !== "");
}
