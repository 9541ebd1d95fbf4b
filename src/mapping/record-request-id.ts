/**
 * The request ID of a create or a change of a customer, item or account: derived from what is written, so that a repeat
 * after a lost answer gets the first answer.
 */
import { calendarDate } from "../platform/calendar-date.ts";
import { sha256Hex } from "../platform/ids.ts";
import type { Desired } from "./find-or-create.ts";
import { type LinkKind, findGoneId } from "./links.ts";
import type { ResolveTask } from "./resolve-task.ts";

/** At most 50 characters may follow `requestid=` (docs/qbo-api.md, section 2); a change appends its SyncToken. */
const MAX_CHARS = 36;

/**
 * It changes daily, when the earlier record is gone (QuickBooks would return that one from memory), and with what the company
 * keeps (QuickBooks may remember that it refused the same name with other letters). `changedId`: the record that is changed.
 */
export async function requestIdFor(
  { context }: ResolveTask,
  kind: LinkKind,
  { key, letters }: Desired,
  { name, changedId }: { name: string; changedId?: string },
): Promise<string> {
  const { db, connection, now } = context;
  const goneId = await findGoneId(db, connection.id, kind, key);
  const more = [
    ...(goneId === null ? [] : [goneId]),
    ...(letters === "all" ? [] : [letters]),
    ...(changedId === undefined ? [] : [changedId]),
  ];
  const what = [connection.id, kind, key, name, calendarDate(now()), ...more].join(" ");
  return (await sha256Hex(what)).slice(0, MAX_CHARS);
}
