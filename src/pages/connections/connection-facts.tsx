/**
 * The facts about a connection and its company, and the question asked before it is disconnected. Only markup.
 */
import type { Child } from "hono/jsx";
import type { CompanyFacts, Connection } from "../../connections/connection.ts";
import { codesByRate, taxingWords } from "../../connections/taxing-words.ts";
import { proposedTimeZone, timeZoneOf } from "../../connections/time-zone.ts";
import { agree, formatNumber, plural } from "../../platform/words.ts";
import { ConfirmButton } from "../../ui/dialog.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Instant, displayDate } from "../../ui/time.tsx";
import { LettersKept } from "./connection-letters.tsx";

/** A company can have hundreds of rates, one for each county. */
const MAX_SHOWN_RATES = 20;

export interface ConnectionFactsProps {
  connection: Connection;
  mayConfigure: boolean;
  now: Date;
  /** Metered reads of this month, or null if the gate did not respond. */
  reads: { month: string; count: number } | null;
}

/** What we know about the connection and its company. */
export function ConnectionFacts({ connection, mayConfigure, now, reads }: ConnectionFactsProps) {
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
          ["Sales tax", taxingWords(company).name],
          ...codeRows(company),
          ["Discounts and shipping", salesFormWords(company)],
          ["Time zone", zoneWords(connection)],
          ["Letters", <LettersKept connection={connection} mayConfigure={mayConfigure} />],
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

/** The active codes with their rates, for a company that has any. */
function codeRows({ taxCodes }: CompanyFacts): [string, Child][] {
  if (taxCodes === null || taxCodes.length === 0) return [];
  const rates = codesByRate(taxCodes);
  const more = rates.length - MAX_SHOWN_RATES;
  return [
    [
      "Tax codes",
      <ul class="plain">
        {rates.slice(0, MAX_SHOWN_RATES).map(({ rate, names }) => (
          <li>
            {rate}: {names.join(", ")}
          </li>
        ))}
        {more > 0 && <li>and {plural(more, "other rate")}</li>}
      </ul>,
    ],
  ];
}

function salesFormWords({ allowDiscount, allowShipping }: CompanyFacts): string {
  if (allowDiscount === allowShipping) return allowDiscount ? "Both on" : "Both off";
  return allowDiscount ? "Discounts on, shipping off" : "Discounts off, shipping on";
}

function zoneWords(connection: Connection): string {
  const zone = timeZoneOf(connection);
  if (connection.timeZone !== null) return zone;
  return proposedTimeZone(connection.company) === null ? `${zone}, until one is saved` : `${zone}, from the address`;
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
