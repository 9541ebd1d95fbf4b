/**
 * The last step of a push: writes its outcome to the row. The row is read again, because it may have changed meanwhile,
 * and only the worker that still has it writes (docs/exactly-once.md).
 */
import { timeZoneOf } from "../connections/time-zone.ts";
import { findInstance } from "../instances/store.ts";
import type { DocumentRow } from "./document-row.ts";
import { log } from "../platform/log.ts";
import { isAutoPushEffective } from "./admission.ts";
import type { Claimed } from "./claim.ts";
import { followInstance } from "./move-pushes.ts";
import type { SettleContext } from "./outcome/outcome.ts";
import type { PushContext } from "./push-context.ts";
import type { Report } from "./outcome/report.ts";
import { settleRow } from "./settle-row.ts";

/** The settled row, or null if another worker has it. */
export async function settle(claimed: Claimed, report: Report): Promise<DocumentRow | null> {
  const { context, row } = claimed;
  const settled = await settleRow(context.db, row, report, changesGoOn(context));
  logPush(claimed, report, settled);
  if (settled) await followInstance(context.env, context.db, settled, context.now());
  return settled;
}

/** A change from the order system meanwhile is pushed as an update automatically, if auto push is effective now. */
export function changesGoOn({ connection, db, now }: PushContext): (row: DocumentRow) => Promise<SettleContext> {
  return async (row) => {
    const instance = await findInstance(db, row.instanceId);
    const isEffective = instance !== null && isAutoPushEffective(connection, instance);
    return { isAutoPushEffective: isEffective, now: now(), timeZone: timeZoneOf(connection) };
  };
}

/** A change from the order system meanwhile waits for a person. */
export function changesWait({ connection, now }: PushContext): () => Promise<SettleContext> {
  return async () => ({ isAutoPushEffective: false, now: now(), timeZone: timeZoneOf(connection) });
}

/** The one log line of a push. */
function logPush({ context, qb, row, startedAt }: Claimed, report: Report, settled: DocumentRow | null): void {
  log("push.settled", {
    documentId: row.id,
    connectionId: context.connection.id,
    operation: row.operation,
    outcome: report.outcome.kind,
    state: settled?.state ?? "lost",
    category: report.error?.category ?? null,
    code: report.error?.code ?? null,
    calls: qb.calls.length,
    reads: qb.calls.filter((call) => call.kind !== "write").length,
    intuitTid: report.intuitTid,
    durationMs: context.now().getTime() - startedAt.getTime(),
  });
}
