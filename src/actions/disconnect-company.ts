/**
 * Disconnects a company: the grant is revoked at Intuit, settings and links stay, and queued invoices are held.
 */
import type { ActionContext } from "../app-context.ts";
import type { Connection } from "../connections/connection.ts";
import { disconnect } from "../connections/disconnect.ts";
import { findConnection, loadConnection } from "../connections/store.ts";
import { recordActivity } from "../people/activity.ts";
import { holdOrResume } from "../pushes/hold-or-resume.ts";
import { notFound, type Result } from "./result.ts";

/** `warning` is a sentence if Intuit could not be reached; the company is disconnected here all the same. */
export type Disconnected = Result<{ connection: Connection; held: number; warning: string | null }>;

export async function disconnectCompany(context: ActionContext, id: string): Promise<Disconnected> {
  const before = await findConnection(context.db, id);
  if (!before) return notFound("connection");
  const result = await disconnect(context.env, context.config, before, context.now);
  const { held } = await holdOrResume(context.env, context.db, { connectionId: id }, context.now);
  if (before.state !== "disconnected") {
    const subject = { kind: "connection", id, name: before.companyName } as const;
    await recordActivity(context.db, context.now, context.actor, { action: "connection.disconnected", subject });
  }
  const connection = await loadConnection(context.db, id);
  return { ok: true, connection, held, warning: result.kind === "not_revoked" ? result.detail : null };
}
