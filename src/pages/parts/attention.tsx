/**
 * Which connections need a person, and how many invoices wait for each: the banner on every page (docs/contract.md,
 * section 4). Every page asks, so it has to be cheap; an index answers both questions.
 */
import { ne } from "drizzle-orm";
import { connections } from "../../connections/schema.ts";
import { countWaiting } from "../../notifications/count-waiting.ts";
import type { Db } from "../../platform/db.ts";
import { agree, plural } from "../../platform/words.ts";
import { Banner } from "../../ui/banner.tsx";

export interface Attention {
  id: string;
  companyName: string;
  state: "reconnect_needed" | "disconnected";
  waiting: number;
}

/** Connections that need reconnecting, and disconnected ones that invoices wait for. */
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
  return `${plural(waiting, "invoice")} ${agree(waiting, "is", "are")} waiting.`;
}
