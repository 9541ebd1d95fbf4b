/**
 * Disconnecting a company: the grant is ended at Intuit, settings and links stay, and what is queued is held.
 */
import type { Act } from "../app-context.ts";
import type { Connection } from "../connections/connection.ts";
import { disconnect } from "../connections/disconnect.ts";
import { findConnection, loadConnection } from "../connections/store.ts";
import { recordActivity } from "../people/activity.ts";
import { holdOrResume } from "../pushes/hold-or-resume.ts";
import { notFound, type Result } from "./result.ts";

/** `warning` is a sentence where Intuit could not be told; the company is disconnected here all the same. */
export type Disconnected = Result<{ connection: Connection; held: number; warning: string | null }>;

export async function disconnectCompany(act: Act, id: string): Promise<Disconnected> {
  const before = await findConnection(act.db, id);
  if (!before) return notFound("connection");
  const result = await disconnect(act.env, act.config, before, act.now);
  const { held } = await holdOrResume(act.env, act.db, { connectionId: id }, act.now);
  if (before.state !== "disconnected") {
    const subject = { kind: "connection", id, name: before.companyName } as const;
    await recordActivity(act.db, act.now, act.actor, { action: "connection.disconnected", subject });
  }
  const connection = await loadConnection(act.db, id);
  return { ok: true, connection, held, warning: result.kind === "not_revoked" ? result.detail : null };
}
