/**
 * Which connections need a person, and how many invoices wait for each: the banner of every page (contract, section 4).
 * It has to be cheap, as every page asks; both questions are answered from an index.
 */
import { ne, sql } from "drizzle-orm";
import { connections } from "../../connections/schema.ts";
import type { Db } from "../../platform/db.ts";
import { Banner } from "../../ui/banner.tsx";

export interface Attention {
  id: string;
  companyName: string;
  state: "reconnect_needed" | "disconnected";
  waiting: number;
}

/** Connections that need reconnecting, and disconnected ones for which invoices wait. */
export async function listAttention(db: Db): Promise<Attention[]> {
  const lost = await db
    .select({ id: connections.id, companyName: connections.companyName, state: connections.state })
    .from(connections)
    .where(ne(connections.state, "connected"));
  const attention: Attention[] = [];
  for (const { id, companyName, state } of lost) {
    if (state === "connected") continue;
    const waiting = await countWaiting(db, id);
    if (state === "reconnect_needed" || waiting > 0) attention.push({ id, companyName, state, waiting });
  }
  return attention;
}

/** Invoices of a connection that are on their way or held. Two counts, since each has a partial index of its own. */
export async function countWaiting(db: Db, connectionId: string): Promise<number> {
  const [row] = await db.all<{ waiting: number }>(sql`
    SELECT (SELECT count(*) FROM pushes WHERE connection_id = ${connectionId} AND state = 'held')
      + (SELECT count(*) FROM pushes WHERE connection_id = ${connectionId} AND state IN ('queued', 'sending', 'unknown')) AS waiting`);
  return row?.waiting ?? 0;
}

export function AttentionBanners({ attention }: { attention: Attention[] }) {
  return (
    <>
      {attention.map(({ id, companyName, state, waiting }) => (
        <Banner action={{ href: `/settings/quickbooks/${id}#reconnect`, label: "Reconnect to QuickBooks" }}>
          {state === "reconnect_needed"
            ? `QuickBooks no longer accepts our connection to ${companyName}.`
            : `${companyName} is disconnected.`}{" "}
          {waitingWords(waiting)}
        </Banner>
      ))}
    </>
  );
}

function waitingWords(waiting: number): string {
  if (waiting === 0) return "No invoices are waiting.";
  return waiting === 1 ? "1 invoice is waiting." : `${waiting.toLocaleString("en-US")} invoices are waiting.`;
}
