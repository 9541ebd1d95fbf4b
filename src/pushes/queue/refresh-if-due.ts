/**
 * Reads a company again when it is time: every hour while its subscription has lapsed (6190), so that it goes on by
 * itself once it is paid, and once a day otherwise, so that what the mapping goes by (currency, shipping, tax) is not
 * stale. Two metered reads each time; a look that fails changes nothing and is tried again after a while.
 */
import type { Connection } from "../../connections/connection.ts";
import { refreshCompany } from "../../connections/company-facts.ts";
import { gateOf } from "../../connections/gate.ts";
import { findConnection, loadConnection } from "../../connections/store.ts";
import { causeText } from "../../platform/cause.ts";
import type { Db } from "../../platform/db.ts";
import { log } from "../../platform/log.ts";
import type { PushContext } from "../push-context.ts";

const LAPSED_LOOK_EVERY_MS = 3_600_000;
const LOOK_EVERY_MS = 24 * 3_600_000;
/** After a look that failed. */
const LOOK_AGAIN_MS = 15 * 60_000;

/** Looks if it is time. Answers the connection as it is then; a look that fails changes nothing. */
export async function refreshCompanyIfDue(context: PushContext): Promise<Connection> {
  const { connection, db, env, config, now } = context;
  if (connection.state !== "connected" || now().getTime() < lookAt(connection)) return connection;
  try {
    if (!(await gateOf(env, connection.id).mayLook(LOOK_AGAIN_MS))) return connection;
    await refreshCompany({ env, config, db, now: now() }, connection);
  } catch (cause) {
    log("company.look_failed", { connectionId: connection.id, cause: causeText(cause) });
  }
  return loadConnection(db, connection.id);
}

/** When a lapsed company is to be looked at next, or null where nothing has to ring for it. */
export async function nextLapsedRefreshAt(db: Db, connectionId: string, now: Date): Promise<number | null> {
  const connection = await findConnection(db, connectionId);
  if (!connection || connection.subscriptionLapsedAt === null || connection.state !== "connected") return null;
  const at = lookAt(connection);
  // It was time already and it still is: the look failed a moment ago.
  return at > now.getTime() ? at : now.getTime() + LOOK_AGAIN_MS;
}

/** epoch ms */
function lookAt(connection: Connection): number {
  const readAt = Date.parse(connection.companyReadAt);
  if (connection.subscriptionLapsedAt === null) return readAt + LOOK_EVERY_MS;
  return Math.max(readAt, Date.parse(connection.subscriptionLapsedAt)) + LAPSED_LOOK_EVERY_MS;
}
