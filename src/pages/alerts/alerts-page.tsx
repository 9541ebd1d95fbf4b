/**
 * The page of alerts: the one address that is notified when something needs a person and again when it is over, what it
 * is notified of, the signing secret, a test, and the log. The secret is shown only in the response to a form that
 * asked for it.
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { AppEnv } from "../../app-context.ts";
import { maskedAddress } from "../../notifications/address.ts";
import { listAlertsOn } from "../../notifications/alert-store.ts";
import { eventsOf, findEndpoint } from "../../notifications/endpoints.ts";
import { ALERT_KINDS, ALERTS_ENDPOINT, type AlertKind } from "../../notifications/event.ts";
import type { Alert, Endpoint, Notification } from "../../notifications/schema.ts";
import { listNotifications } from "../../notifications/store.ts";
import { may, needs } from "../../people/route-access.ts";
import { PageHead } from "../../ui/layout.tsx";
import { respondWithFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { Instant } from "../../ui/time.tsx";
import { NOTICE_ROWS, NoticeLog } from "../parts/notice-view.tsx";
import type { RefusalStatus } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { endpointRoutes, type EndpointShown } from "../parts/webhook-endpoint-routes.ts";
import { EndpointForm, EndpointSecret } from "../parts/webhook-endpoint.tsx";

const HERE = "/settings/alerts";

const KIND_WORDS: Readonly<Record<AlertKind, { label: string; hint: string; on: string }>> = {
  "connection.attention": {
    label: "A connection needs attention",
    hint: "QuickBooks no longer accepts it, it is disconnected while invoices wait, or the company's subscription has lapsed.",
    on: "needs attention",
  },
  "invoices.failed": {
    label: "Invoices fail",
    hint: "New failures by cause, at most every five minutes for each connection.",
    on: "has failed invoices",
  },
  "backlog.delayed": {
    label: "Invoices wait too long",
    hint: "The oldest waiting invoice is older than 15 minutes.",
    on: "Invoices have been waiting for more than 15 minutes",
  },
  "deliveries.refused": {
    label: "Deliveries are refused",
    hint: "What an order system sent was refused, so its order may not be invoiced; or its signature is wrong.",
    on: "sent deliveries that were refused",
  },
};

const CAUSES = ["reconnect_needed", "disconnected", "subscription_lapsed", "refused", "wrong_signature"] as const;
const CAUSE_WORDS: Readonly<Record<(typeof CAUSES)[number], string>> = {
  reconnect_needed: "needs reconnecting",
  disconnected: "is disconnected while invoices wait",
  subscription_lapsed: "has no active QuickBooks subscription",
  refused: "sent deliveries that were refused",
  wrong_signature: "sent deliveries with a wrong signature",
};
const aboutShape = z.object({
  company_name: z.string().nullish(),
  instance_name: z.string().nullish(),
  cause: z.enum(CAUSES).optional(),
});

export const alertsPage = new Hono<AppEnv>();

alertsPage.get(HERE, needs("read"), async (c) => {
  if (isFragmentRequest(c)) return respondWithFragment(c, c.get("nonce"), <Log {...await readLog(c)} />);
  return show(c, {});
});

const routes = endpointRoutes({
  base: HERE,
  events: ALERT_KINDS,
  subject: () => Promise.resolve({ target: null, page: HERE }),
  show,
  words: {
    saved: "Saved. Send a test alert to see whether the address works.",
    savedEmpty: "Saved. Nobody is notified: there is no address.",
    rotated: "A new secret is active. For 24 hours alerts are also signed with the old one.",
    test: "The test alert",
    retry: "The alert",
  },
});
alertsPage.route("/", routes);

async function show(c: Context<AppEnv>, shown: EndpointShown, status?: RefusalStatus): Promise<Response> {
  const db = c.get("db");
  const [endpoint, on, log] = await Promise.all([findEndpoint(db, ALERTS_ENDPOINT), listAlertsOn(db), readLog(c)]);
  const card = { endpoint, shown, mayConfigure: may(c, "configure") };
  const body = (
    <>
      <PageHead
        title="Alerts"
        lead="Notifies an address of yours when something needs attention, and again when it is resolved."
      />
      {on.length > 0 && <OnNow alerts={on} now={c.get("now")} />}
      <AlertForm {...card} />
      {endpoint && card.mayConfigure && <SecretCard {...card} />}
      <section class="card" aria-labelledby="log-title">
        <h2 id="log-title">Delivery log</h2>
        <Log {...log} />
      </section>
    </>
  );
  const notice = shown.errors
    ? { tone: "bad" as const, text: "Nothing has been saved yet: fix the marked field." }
    : (shown.notice ?? null);
  return showPage(c, { title: "Alerts", body, notice, ...(status ? { status } : {}) });
}

interface LogFacts {
  notices: Notification[];
  now: Date;
  mayConfigure: boolean;
}

async function readLog(c: Context<AppEnv>): Promise<LogFacts> {
  return {
    notices: await listNotifications(c.get("db"), ALERTS_ENDPOINT, NOTICE_ROWS),
    now: c.get("now"),
    mayConfigure: may(c, "configure"),
  };
}

function Log(facts: LogFacts) {
  return (
    <NoticeLog
      {...facts}
      base={HERE}
      caption="Delivery log"
      empty="Nothing has been sent yet. Alerts stay listed here for 30 days."
    />
  );
}

interface CardProps {
  /** Null if none was ever set. */
  endpoint: Endpoint | null;
  shown: EndpointShown;
  mayConfigure: boolean;
}

function AlertForm({ endpoint, shown, mayConfigure }: CardProps) {
  const address = mayConfigure ? (endpoint?.url ?? "") : (maskedAddress(endpoint?.url ?? null) ?? "");
  const events = endpoint ? eventsOf(endpoint) : [...ALERT_KINDS];
  return (
    <EndpointForm
      isCard
      action={HERE}
      values={shown.values ?? { address, events }}
      errors={shown.errors ?? {}}
      address={{
        label: "Address",
        hint: "A public https address that takes a signed POST. Leave it empty to notify nobody.",
      }}
      heading="Notify when"
      events={ALERT_KINDS.map((name) => ({ name, ...KIND_WORDS[name] }))}
      save={{ label: "Save alerts", isPrimary: true }}
      mayConfigure={mayConfigure}
    />
  );
}

function SecretCard({ endpoint, shown, mayConfigure }: CardProps) {
  return (
    <section class="card" aria-labelledby="signature-title">
      <h2 id="signature-title">Signature and test</h2>
      <p class="muted">
        Every alert is signed according to the Standard Webhooks specification, so the receiver can be sure of the
        sender.
      </p>
      <EndpointSecret
        id="alert-secret"
        base={HERE}
        secret={shown.secret ?? null}
        words={{
          label: "Signing secret",
          hint: "Give it to the receiver, and protect it like a password.",
          reveal: "Reveal secret",
          rotate: "Rotate secret",
          rotateHint: "For 24 hours after a rotation, alerts carry both signatures.",
        }}
        before={endpoint?.url ? [{ path: "test", label: "Send test alert" }] : []}
        mayConfigure={mayConfigure}
      />
    </section>
  );
}

/** The alerts that are active, as the receiver was last notified. */
function OnNow({ alerts, now }: { alerts: Alert[]; now: Date }) {
  return (
    <section class="card" aria-labelledby="on-title">
      <h2 id="on-title">Active alerts</h2>
      <ul>
        {alerts.map((alert) => (
          <li>
            {onWords(alert)}{" "}
            <span class="muted small">
              since <Instant at={alert.beganAt} now={now} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function onWords(alert: Alert): string {
  const kind = ALERT_KINDS.find((name) => name === alert.kind);
  if (!kind) return alert.kind;
  if (kind === "backlog.delayed") return KIND_WORDS[kind].on;
  const { company_name: company, instance_name: instance, cause } = aboutShape.parse(JSON.parse(alert.about));
  return `${company ?? instance ?? "An instance without a connection"} ${cause ? CAUSE_WORDS[cause] : KIND_WORDS[kind].on}`;
}
