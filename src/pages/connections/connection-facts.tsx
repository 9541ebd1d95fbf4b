/**
 * What is known of a connection and its company, and the question before it is disconnected. Only markup.
 */
import { calendarDate } from "../../platform/calendar-date.ts";
import type { Connection } from "../../connections/connection.ts";
import { ConfirmButton } from "../../ui/dialog.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Instant, displayDate } from "../../ui/time.tsx";

export interface ConnectionFactsProps {
  connection: Connection;
  now: Date;
  /** Metered reads of this month, or null where the gate did not say. */
  reads: { month: string; count: number } | null;
}

/** What is known of the connection and its company. */
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
            "Access ends without use",
            connection.refreshExpiresAt ? displayDate(calendarDate(connection.refreshExpiresAt)) : "not known",
          ],
          [
            "Access ends for good",
            connection.refreshHardExpiresAt ? displayDate(calendarDate(connection.refreshHardExpiresAt)) : "not known",
          ],
          [
            "Reads this month",
            reads ? `${reads.count.toLocaleString("en-US")} of 500,000 (${reads.month})` : "not known",
          ],
        ]}
      />
    </section>
  );
}

/** What Disconnect does, in the words of its dialog. */
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
        <p>Settings and links are kept. Reconnecting to the same company goes on where this ends.</p>
      </>
    ),
  };
}

function waitingSentence(waiting: number): string {
  if (waiting === 0) return "No invoices are waiting at the moment.";
  return waiting === 1
    ? "1 invoice that waits is held until you reconnect."
    : `${waiting.toLocaleString("en-US")} invoices that wait are held until you reconnect.`;
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
