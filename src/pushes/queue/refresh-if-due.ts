/**
 * Reads a company again when it is due: every hour while its subscription has lapsed (6190), so that sending resumes
 * automatically once it is paid; at once if its tax codes were never read; otherwise once a day, so that the facts used by
 * the mapping (currency, shipping, tax) are current. Two to four metered reads each time; a read that fails changes nothing
 * and is tried again after a while.
 */
import type { Connection } from "../../connections/connection.ts";
import { refreshCompany } from "../../connections/company-facts.ts";
import { gateOf } from "../../connections/gate.ts";
import { taxingOf } from "../../connections/taxing.ts";
import { findConnection, loadConnection } from "../../connections/store.ts";
import { causeText } from "../../platform/cause.ts";
import type { Db } from "../../platform/db.ts";
import { log } from "../../platform/log.ts";
import type { PushContext } from "../push-context.ts";

const LAPSED_REFRESH_EVERY_MS = 3_600_000;
const REFRESH_EVERY_MS = 24 * 3_600_000;
/** After a read that failed. */
const REFRESH_RETRY_MS = 15 * 60_000;

/** Reads the company if it is due. Returns the connection as it is afterwards; a read that fails changes nothing. */
export async function refreshCompanyIfDue(context: PushContext): Promise<Connection> {
  const { connection, db, env, config, now } = context;
  if (connection.state !== "connected" || now().getTime() < refreshAt(connection)) return connection;
  try {
    if (!(await gateOf(env, connection.id).mayLook(REFRESH_RETRY_MS))) return connection;
    await refreshCompany({ env, config, db, now: now() }, connection);
  } catch (cause) {
    log("company.look_failed", { connectionId: connection.id, cause: causeText(cause) });
  }
  return loadConnection(db, connection.id);
}

/** When a lapsed company is to be read next, or null if no alarm is needed for it. */
export async function nextLapsedRefreshAt(db: Db, connectionId: string, now: Date): Promise<number | null> {
  const connection = await findConnection(db, connectionId);
  if (!connection || connection.subscriptionLapsedAt === null || connection.state !== "connected") return null;
  const at = refreshAt(connection);
  // It was due already and still is: the read failed a moment ago.
  return at > now.getTime() ? at : now.getTime() + REFRESH_RETRY_MS;
}

/** epoch ms */
function refreshAt(connection: Connection): number {
  const isUnread = taxingOf(connection).kind === "unread";
  const readAt = isUnread ? 0 : Date.parse(connection.companyReadAt);
  if (connection.subscriptionLapsedAt === null) return readAt + REFRESH_EVERY_MS;
  return Math.max(readAt, Date.parse(connection.subscriptionLapsedAt)) + LAPSED_REFRESH_EVERY_MS;
}
