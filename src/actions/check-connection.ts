/**
 * Check configuration: what is right for pushing invoices and what is not, line by line. Checking can also resolve a
 * problem: if a lapsed subscription has been paid, held invoices go on.
 */
import type { ActionContext } from "../app-context.ts";
import { checkConfiguration } from "../connections/check-configuration.ts";
import type { CheckLine } from "../connections/check-line.ts";
import { findConnection } from "../connections/store.ts";
import { readUnsent } from "../invoices/unsent-invoices.ts";
import { holdOrResume } from "../pushes/hold-or-resume.ts";
import { notFound, type Result } from "./result.ts";

/** Costs four to six metered reads of QuickBooks. */
export async function checkConnection(
  context: ActionContext,
  id: string,
): Promise<Result<{ lines: CheckLine[]; waiting: { held: number; resumed: number } }>> {
  const connection = await findConnection(context.db, id);
  if (!connection) return notFound("connection");
  const unsent = await readUnsent(context.db, connection);
  const lines = await checkConfiguration(context, connection, unsent);
  const waiting = await holdOrResume(context.env, context.db, { connectionId: id }, context.now);
  return { ok: true, lines, waiting };
}
