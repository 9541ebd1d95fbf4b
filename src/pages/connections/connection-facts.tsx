/**
 * The facts about a connection and its company, and the question asked before it is disconnected. Only markup.
 */
import type { Connection } from "../../connections/connection.ts";
import { agree, formatNumber, plural } from "../../platform/words.ts";
import { ConfirmButton } from "../../ui/dialog.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Instant, displayDate } from "../../ui/time.tsx";

export interface ConnectionFactsProps {
  connection: Connection;
  now: Date;
  /** Metered reads of this month, or null if the gate did not respond. */
  reads: { month: string; count: number } | null;
}

/** What we know about the connection and its company. */
export function ConnectionFacts({ connection, now, reads }: ConnectionFactsProps) {
  const { company } = connection;
  return (
    <section class="card" aria-labelledby="facts-title">
      <h2 id="facts-title">Connection</h2>
      <Facts
        rows={[
          ["Company", connection.companyName],
          ["Realm ID", <span class="code">{connection.realmId}</span>],
          [
            "Country and currency",
            `${company.country}, ${company.homeCurrency}${company.multicurrency ? ", multicurrency" : ""}`,
          ],
          ["State since", <Instant at={connection.stateChangedAt} now={now} />],
          [
            "Sign-in expires if unused",
            connection.refreshExpiresAt ? displayDate(connection.refreshExpiresAt.slice(0, 10)) : "not known",
          ],
          [
            "Sign-in expires at the latest",
            connection.refreshHardExpiresAt ? displayDate(connection.refreshHardExpiresAt.slice(0, 10)) : "not known",
          ],
          ["Reads this month", reads ? `${formatNumber(reads.count)} of 500,000 (${reads.month})` : "not known"],
        ]}
      />
    </section>
  );
}

/** What Disconnect does, as its dialog puts it. */
export function disconnectQuestion(connection: Connection, waiting: number) {
  return {
    id: "disconnect",
    title: "Disconnect QuickBooks?",
    action: `/settings/quickbooks/${connection.id}/disconnect`,
    confirmLabel: "Disconnect",
    isDanger: true,
    children: (
      <>
        <p>
          <strong>{connection.companyName}</strong> gets nothing more from Bookbridge. {waitingSentence(waiting)}
        </p>
        <p>
          Settings and matched customers and items are kept. Reconnecting to the same company picks up where it left
          off.
        </p>
      </>
    ),
  };
}

function waitingSentence(waiting: number): string {
  if (waiting === 0) return "No invoices are waiting at the moment.";
  return `${plural(waiting, "invoice")} that ${agree(waiting, "waits is", "wait are")} held until you reconnect.`;
}

export function DisconnectButton({ connection, waiting }: { connection: Connection; waiting: number }) {
  return (
    <ConfirmButton
      {...disconnectQuestion(connection, waiting)}
      openLabel="Disconnect"
      fallback={`/settings/quickbooks/${connection.id}/disconnect`}
    />
  );
}
