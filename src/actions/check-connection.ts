/**
 * Check configuration: what is right for pushing invoices and what is not, line by line. Looking also mends: a
 * subscription that was paid again lets held invoices go on.
 */
import type { Act } from "../app-context.ts";
import { checkConfiguration } from "../connections/check-configuration.ts";
import type { CheckLine } from "../connections/check-line.ts";
import { findConnection } from "../connections/store.ts";
import { readUnsent } from "../invoices/unsent-invoices.ts";
import { holdOrResume } from "../pushes/hold-or-resume.ts";
import { notFound, type Result } from "./result.ts";

/** About four metered reads of QuickBooks. */
export async function checkConnection(
  act: Act,
  id: string,
): Promise<Result<{ lines: CheckLine[]; waiting: { held: number; resumed: number } }>> {
  const connection = await findConnection(act.db, id);
  if (!connection) return notFound("connection");
  const unsent = await readUnsent(act.db, connection);
  const lines = await checkConfiguration(act, connection, unsent);
  const waiting = await holdOrResume(act.env, act.db, { connectionId: id }, act.now);
  return { ok: true, lines, waiting };
}
