/**
 * What a person or a program does with a link of a connection: chooses another record in QuickBooks for it, or forgets it.
 * QuickBooks itself is not changed, and neither are invoices that are there already.
 */
import type { ActionContext } from "../app-context.ts";
import { accessTo } from "../connections/company-access.ts";
import { quickBooksFor } from "../connections/company-facts.ts";
import type { Connection } from "../connections/connection.ts";
import { findConnection } from "../connections/store.ts";
import { findInstance } from "../instances/store.ts";
import { listText } from "../failures/words.ts";
import { type FoundRecord, type Named, findRecords } from "../mapping/find-record.ts";
import { isChangeable, readLinkId, readLinkKey } from "../mapping/link-key.ts";
import type { Link } from "../mapping/links.ts";
import { type ListedLink, chooseRecord, findLink, findOtherBuyer, forgetLink } from "../mapping/links-by-hand.ts";
import { recordActivity } from "../people/activity.ts";
import { causeText } from "../platform/cause.ts";
import type { Db } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { QuickBooksError } from "../quickbooks/faults.ts";
import { conflict, invalid, notFound, type Refusal, type Result } from "./result.ts";

/** Our side of a link in words: 'buyer 4711 of Shop', 'SKU nw-011'. */
export async function linkedThingText(db: Db, link: Pick<Link, "kind" | "key" | "buyer">): Promise<string> {
  const thing = readLinkKey(link);
  switch (thing.kind) {
    case "buyer": {
      const instance = await findInstance(db, thing.instanceId);
      const who = link.buyer?.name ?? thing.text;
      return `buyer ${who}${thing.isId ? ` (${thing.text})` : ""} of ${instance?.name ?? "a removed instance"}`;
    }
    case "shared_customer":
      return "the customer for all orders";
    case "sku":
      return `SKU ${thing.text}`;
    case "item_name":
      return `the item name '${thing.text}'`;
    case "account":
      return `the account '${thing.text}'`;
  }
}

/** Points the link to the record that is named. One metered read. */
export async function changeLink(
  context: ActionContext,
  connectionId: string,
  linkId: string,
  named: Named,
): Promise<Result<{ link: ListedLink }>> {
  const { db, now } = context;
  const subject = await findSubject(db, connectionId, linkId);
  if (!subject.ok) return subject;
  const { connection, link } = subject;
  const kind = link.kind === "item" ? "item" : "customer";
  if (!isChangeable(link)) return conflict("This one is chosen in the settings of the connection.");
  const found = await findOne(context, connection, kind, named);
  if ("ok" in found) return found;
  const refusal = wrongCurrency(connection, link, found) ?? (await takenBy(db, connection, link, found));
  if (refusal) return refusal;
  if (!(await chooseRecord(db, connection.id, link, { chosen: found, now })))
    return (await takenBy(db, connection, link, found)) ?? conflict("The link was changed meanwhile. Try again.");
  await record(context, "link.changed", { connection, link, to: found });
  const changed = await findLink(db, connection.id, link);
  return changed ? { ok: true, link: changed } : notFound("link");
}

/** Forgets the link: the next push looks its record up again. */
export async function forgetLinkOf(context: ActionContext, connectionId: string, linkId: string): Promise<Result> {
  const subject = await findSubject(context.db, connectionId, linkId);
  if (!subject.ok) return subject;
  const { connection, link } = subject;
  if (!(await forgetLink(context.db, connection.id, link))) return notFound("link");
  await record(context, "link.forgotten", { connection, link, to: null });
  return { ok: true };
}

/** The connection and its link that an address names. */
export async function findSubject(
  db: Db,
  connectionId: string,
  linkId: string,
): Promise<Result<{ connection: Connection; link: ListedLink }>> {
  const connection = await findConnection(db, connectionId);
  if (!connection) return notFound("connection");
  const named = readLinkId(linkId);
  const link = named && (await findLink(db, connection.id, named));
  return link ? { ok: true, connection, link } : notFound("link");
}

async function findOne(
  { env, config }: ActionContext,
  connection: Connection,
  kind: "customer" | "item",
  named: Named,
): Promise<FoundRecord | Refusal> {
  const path = "name" in named ? "name" : "qbo_id";
  if ("name" in named && named.name.trim() === "")
    return invalid([{ path, message: `Enter the name of the ${kind}.` }]);
  try {
    const found = await findRecords(quickBooksFor(config, accessTo(env, connection)), kind, named);
    const [first] = found;
    if (!first)
      return invalid([
        { path, message: `There is no active ${kind} of that ${"name" in named ? "name" : "ID"} in QuickBooks.` },
      ]);
    if (found.length === 1) return first;
    const names = listText(found.map(({ name }) => `'${name}'`));
    return invalid([{ path, message: `Several fit: ${names}. Enter the full name.` }]);
  } catch (error) {
    if (!(error instanceof QuickBooksError)) throw error;
    log("link.look_up_failed", { connectionId: connection.id, cause: causeText(error) });
    const message = `QuickBooks could not be asked for that ${kind}. Try again in a minute, or check the configuration.`;
    return { ok: false, reason: "unavailable", message, errors: [] };
  }
}

/** A buyer has a customer for each currency, and a customer's currency never changes. */
function wrongCurrency({ company }: Connection, { kind, key }: Link, { currency }: FoundRecord): Refusal | null {
  if (kind !== "customer" || !company.multicurrency || currency === null) return null;
  const needed = /:([A-Z]{3})$/.exec(key)?.[1] ?? company.homeCurrency;
  if (currency === needed) return null;
  return invalid([{ path: "name", message: `That customer is in ${currency}, and the orders are in ${needed}.` }]);
}

/** A customer in QuickBooks is one buyer. */
async function takenBy(db: Db, connection: Connection, link: Link, found: FoundRecord): Promise<Refusal | null> {
  if (link.kind !== "customer") return null;
  const other = await findOtherBuyer(db, connection.id, found.qboId, link.key);
  if (!other) return null;
  const whose = await linkedThingText(db, other);
  const message = `The customer '${found.name}' is linked to ${whose}. Change or forget that link first.`;
  return { ok: false, reason: "conflict", message, errors: [{ path: "name", message }] };
}

async function record(
  { db, now, actor }: ActionContext,
  action: string,
  { connection, link, to }: { connection: Connection; link: Link; to: FoundRecord | null },
): Promise<void> {
  const shown = ({ name, qboId }: { name: string; qboId: string }) => `${name} (${qboId})`;
  await recordActivity(db, now, actor, {
    action,
    subject: { kind: "connection", id: connection.id, name: connection.companyName },
    changes: [{ field: await linkedThingText(db, link), from: shown(link), to: to && shown(to) }],
  });
}
