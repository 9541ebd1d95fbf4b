/**
 * Reads what a connection's page shows besides the connection itself, and lays out its parts.
 */
import type { Context } from "hono";
import { rereadCompany } from "../../actions/reread-company.ts";
import { runtimeOf } from "../../people/action-context.ts";
import type { AppEnv } from "../../app-context.ts";
import type { CheckLine } from "../../connections/check-line.ts";
import { type CompanyNames, isStale, listCompanyNames } from "../../connections/company-lists.ts";
import type { Connection } from "../../connections/connection.ts";
import { gateOf } from "../../connections/gate.ts";
import type { GateReport } from "../../connections/realm-gate.ts";
import { missingSettings } from "../../connections/settings.ts";
import { taxingOf } from "../../connections/taxing.ts";
import { countNotSent } from "../../invoicing/lists/counts.ts";
import { countWaiting } from "../../notifications/count-waiting.ts";
import { log } from "../../platform/log.ts";
import { QuickBooksError } from "../../quickbooks/faults.ts";
import type { FieldErrors } from "../parts/form.ts";
import { NotSentNote } from "../parts/not-sent-note.tsx";
import { ConfigurationCheck } from "./connection-check.tsx";
import { ConnectionFacts, DisconnectButton } from "./connection-facts.tsx";
import { NamesFreshness, SettingsForm } from "./connection-settings-form.tsx";
import { ConnectionStateBadge, ReconnectButton } from "./connection-state.tsx";
import { settingsAsTexts } from "./settings-as-texts.ts";
import { SwitchesCard, type SwitchesProps } from "./connection-switches.tsx";

export interface ConnectionReading {
  connection: Connection;
  names: CompanyNames;
  waiting: number;
  notSent: number;
  reads: GateReport["reads"] | null;
  now: Date;
}

export interface ConnectionPageProps extends ConnectionReading {
  mayConfigure: boolean;
  values?: Record<string, string>;
  errors?: FieldErrors;
  lines?: CheckLine[];
  result?: SwitchesProps["result"];
}

/** Reads QuickBooks only if the names for type-ahead or the tax codes are missing, or old. */
export async function readConnectionPage(c: Context<AppEnv>, connection: Connection): Promise<ConnectionReading> {
  const db = c.get("db");
  const [company, waiting, notSent, reads] = await Promise.all([
    readCompanyIfOld(c, connection),
    countWaiting(db, connection.id),
    countNotSent(db, { connectionId: connection.id }),
    readReads(c, connection),
  ]);
  return { ...company, waiting, notSent, reads, now: c.get("now") };
}

type CompanyReading = Pick<ConnectionReading, "connection" | "names">;

async function readCompanyIfOld(c: Context<AppEnv>, connection: Connection): Promise<CompanyReading> {
  const db = c.get("db");
  const known = { connection, names: await listCompanyNames(db, connection.id) };
  const isOld = isStale(known.names.readAt, c.get("now")) || taxingOf(connection).kind === "unread";
  if (!isOld || connection.state !== "connected" || connection.subscriptionLapsedAt) return known;
  try {
    const reread = await rereadCompany(runtimeOf(c), connection);
    return { connection: reread, names: await listCompanyNames(db, connection.id) };
  } catch (error) {
    if (!(error instanceof QuickBooksError)) throw error;
    return known;
  }
}

/** A gate that does not respond must not take the settings page down. */
async function readReads(c: Context<AppEnv>, connection: Connection): Promise<GateReport["reads"] | null> {
  try {
    return (await gateOf(c.env, connection.id).report()).reads;
  } catch (error) {
    log("settings.gate_silent", {
      connectionId: connection.id,
      cause: error instanceof Error ? error.name : "unknown",
    });
    return null;
  }
}

/** What a push still needs, each with a link to its field. */
function MissingSettings({ connection }: { connection: Connection }) {
  const missing = missingSettings(connection);
  if (missing.length === 0) return null;
  return (
    <section class="notice notice-note" aria-label="Missing settings">
      <p>Nothing can be sent to QuickBooks before these are saved:</p>
      <ul class="stack tight-stack">
        {missing.map(({ field, label }) => (
          <li>
            <a href={`#field-${field}`}>{label}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function ConnectionView(props: ConnectionPageProps) {
  const { connection, names, now, mayConfigure } = props;
  return (
    <>
      <section class="card state-card" aria-label="State">
        <div class="card-actions">
          <ConnectionStateBadge connection={connection} />
          <strong>{connection.companyName}</strong>
          <span class="muted">
            Realm ID <span class="code">{connection.realmId}</span>
          </span>
        </div>
        {mayConfigure && (
          <div class="card-actions">
            <ReconnectButton connectionId={connection.id} isPrimary={connection.state !== "connected"} />
            {connection.state !== "disconnected" && (
              <DisconnectButton connection={connection} waiting={props.waiting} />
            )}
          </div>
        )}
      </section>
      {connection.enabled && (
        <NotSentNote count={props.notSent} href={`/invoices?status=not_sent`} isAuto={connection.autoInvoice} />
      )}
      <SwitchesCard connection={connection} mayConfigure={mayConfigure} result={props.result} />
      <MissingSettings connection={connection} />
      <SettingsForm
        connection={connection}
        mayConfigure={mayConfigure}
        values={props.values ?? settingsAsTexts(connection)}
        errors={props.errors ?? {}}
        names={names}
      />
      {mayConfigure && connection.state === "connected" && (
        <NamesFreshness connection={connection} names={names} now={now} />
      )}
      <ConfigurationCheck connection={connection} lines={props.lines ?? null} mayConfigure={mayConfigure} />
      <ConnectionFacts connection={connection} mayConfigure={mayConfigure} now={now} reads={props.reads} />
    </>
  );
}
