/**
 * Alerts: the one address that is told when something needs a person and when it is over; of what it is told, the secret
 * that signs, a test, and the log. The secret shows only in the answer to a form that asked for it.
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { revealAlertSecret, rotateAlertSecret } from "../../actions/alert-secret.ts";
import { retryAlert, sendTestNotice } from "../../actions/alert-send.ts";
import { saveAlertSettings } from "../../actions/alert-settings.ts";
import type { AppEnv } from "../../app-context.ts";
import { listAlertsOn } from "../../notifications/alert-store.ts";
import { maskedAddress } from "../../notifications/address.ts";
import { eventsOf, findEndpoint } from "../../notifications/endpoints.ts";
import { ALERT_KINDS, ALERTS_ENDPOINT, type AlertKind } from "../../notifications/event.ts";
import type { Alert, Endpoint, Notice } from "../../notifications/schema.ts";
import { listNotices } from "../../notifications/store.ts";
import { actOf } from "../../people/act.ts";
import { needs, may } from "../../people/route-access.ts";
import { CopyField } from "../../ui/copy-text.tsx";
import { Field } from "../../ui/field.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { ReadOnlyUnless } from "../../ui/readonly.tsx";
import { answerFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { SwitchField } from "../../ui/switch.tsx";
import { Instant } from "../../ui/time.tsx";
import { type Flash, redirectWith } from "../parts/flash.ts";
import { byField, type FieldErrors, readForm } from "../parts/form.ts";
import { NOTICE_ROWS, NoticeLog, tryFlash } from "../parts/notice-view.tsx";
import { backWith, statusOf } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";

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
    on: "Invoices wait for more than 15 minutes",
  },
};

const CAUSES = ["reconnect_needed", "disconnected", "subscription_lapsed"] as const;
const CAUSE_WORDS: Readonly<Record<(typeof CAUSES)[number], string>> = {
  reconnect_needed: "needs reconnecting",
  disconnected: "is disconnected while invoices wait",
  subscription_lapsed: "has no QuickBooks subscription in force",
};
const aboutShape = z.object({ company_name: z.string().nullish(), cause: z.enum(CAUSES).optional() });

export const alertsPage = new Hono<AppEnv>();

alertsPage.get(HERE, needs("read"), async (c) => {
  if (isFragmentRequest(c)) return answerFragment(c, c.get("nonce"), <Log {...await readLog(c)} />);
  return show(c, {});
});

alertsPage.post(HERE, needs("configure"), async (c) => {
  const { values } = await readForm(c);
  const given = { address: values["address"] ?? "", events: ALERT_KINDS.filter((kind) => values[kind] === "true") };
  const saved = await saveAlertSettings(actOf(c), null, given);
  if (!saved.ok) return show(c, { values: given, errors: byField(saved.errors) }, statusOf(saved));
  return redirectWith(c, HERE, {
    tone: "good",
    text:
      given.address.trim() === ""
        ? "Saved. Nobody is told: there is no address."
        : "Saved. Send a test alert to see whether the address works.",
  });
});

alertsPage.post(`${HERE}/reveal-secret`, needs("configure"), async (c) => {
  const revealed = await revealAlertSecret(actOf(c), null);
  return revealed.ok ? show(c, { secret: revealed.secret }) : backWith(c, HERE, revealed);
});

alertsPage.post(`${HERE}/rotate-secret`, needs("configure"), async (c) => {
  const rotated = await rotateAlertSecret(actOf(c), null);
  if (!rotated.ok) return backWith(c, HERE, rotated);
  return show(c, {
    secret: rotated.secret,
    notice: { tone: "good", text: "A new secret is in force. For 24 hours alerts are signed with the old one too." },
  });
});

alertsPage.post(`${HERE}/test`, needs("configure"), async (c) => {
  const sent = await sendTestNotice(actOf(c), null);
  return sent.ok ? redirectWith(c, HERE, tryFlash(sent.result, "The test alert")) : backWith(c, HERE, sent);
});

alertsPage.post(`${HERE}/notices/:notice/retry`, needs("configure"), async (c) => {
  const tried = await retryAlert(actOf(c), null, c.req.param("notice"));
  return tried.ok ? redirectWith(c, HERE, tryFlash(tried.result, "The alert")) : backWith(c, HERE, tried);
});

interface Shown {
  values?: { address: string; events: readonly string[] };
  errors?: FieldErrors;
  secret?: string;
  notice?: Flash;
}

async function show(c: Context<AppEnv>, shown: Shown, status: 200 | 404 | 409 | 422 | 503 = 200): Promise<Response> {
  const db = c.get("db");
  const [endpoint, on, log] = await Promise.all([findEndpoint(db, ALERTS_ENDPOINT), listAlertsOn(db), readLog(c)]);
  const body = (
    <>
      <PageHead
        title="Alerts"
        lead="One address of yours is told when something needs a person, and again when it is over."
      />
      {on.length > 0 && <OnNow alerts={on} now={c.get("now")} />}
      <AlertForm endpoint={endpoint} shown={shown} mayConfigure={may(c, "configure")} />
      {endpoint && may(c, "configure") && (
        <SecretCard secret={shown.secret ?? null} hasAddress={endpoint.url !== null} />
      )}
      <section class="card" aria-labelledby="log-title">
        <h2 id="log-title">Delivery log</h2>
        <Log {...log} />
      </section>
    </>
  );
  const notice = shown.errors
    ? { tone: "bad" as const, text: "Nothing was saved yet: mend the field that is marked." }
    : (shown.notice ?? null);
  return showPage(c, { title: "Alerts", body, status, notice });
}

interface LogFacts {
  notices: Notice[];
  now: Date;
  mayConfigure: boolean;
}

async function readLog(c: Context<AppEnv>): Promise<LogFacts> {
  return {
    notices: await listNotices(c.get("db"), ALERTS_ENDPOINT, NOTICE_ROWS),
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
      empty="Nothing was sent yet. What is sent stays here for 30 days."
    />
  );
}

function AlertForm({
  endpoint,
  shown,
  mayConfigure,
}: {
  endpoint: Endpoint | null;
  shown: Shown;
  mayConfigure: boolean;
}) {
  const saved = endpoint
    ? { address: endpoint.url ?? "", events: eventsOf(endpoint) }
    : { address: "", events: [...ALERT_KINDS] };
  const values = shown.values ?? saved;
  return (
    <form method="post" action={HERE} class="card" novalidate>
      <ReadOnlyUnless isAllowed={mayConfigure} why="Only an admin can change this.">
        <div class="form">
          <Field
            name="address"
            label="Address"
            value={mayConfigure ? values.address : maskedAddress(endpoint?.url ?? null)}
            error={shown.errors?.["address"]}
            hint="A public https address that takes a signed POST. Leave it empty to tell nobody."
            inputmode="url"
            maxlength={2000}
            spellcheck={false}
          />
          <h2>Tell it when</h2>
          {ALERT_KINDS.map((kind) => (
            <SwitchField
              id={`switch-${kind.replace(".", "-")}`}
              name={kind}
              label={KIND_WORDS[kind].label}
              hint={KIND_WORDS[kind].hint}
              isOn={values.events.includes(kind)}
            />
          ))}
          <div class="card-actions">
            <button type="submit" class="button primary">
              Save alerts
            </button>
          </div>
        </div>
      </ReadOnlyUnless>
    </form>
  );
}

function SecretCard({ secret, hasAddress }: { secret: string | null; hasAddress: boolean }) {
  return (
    <section class="card" aria-labelledby="signature-title">
      <h2 id="signature-title">Signature and test</h2>
      <p class="muted">
        Every alert is signed after the Standard Webhooks specification, so that the receiver can be sure of the sender.
      </p>
      {secret && (
        <CopyField
          id="alert-secret"
          label="Signing secret"
          value={secret}
          hint="Give it to the receiver, and keep it as you would a password."
        />
      )}
      <div class="card-actions">
        {hasAddress && (
          <form method="post" action={`${HERE}/test`}>
            <button type="submit" class="button">
              Send test alert
            </button>
          </form>
        )}
        {!secret && (
          <form method="post" action={`${HERE}/reveal-secret`}>
            <button type="submit" class="button">
              Reveal secret
            </button>
          </form>
        )}
        <form method="post" action={`${HERE}/rotate-secret`}>
          <button type="submit" class="button" aria-describedby="rotate-hint">
            Rotate secret
          </button>
        </form>
      </div>
      <p class="hint" id="rotate-hint">
        For 24 hours after a rotation alerts carry both signatures.
      </p>
    </section>
  );
}

/** What the receiver was told is on. */
function OnNow({ alerts, now }: { alerts: Alert[]; now: Date }) {
  return (
    <section class="card" aria-labelledby="on-title">
      <h2 id="on-title">On now</h2>
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
  const { company_name: company, cause } = aboutShape.parse(JSON.parse(alert.about));
  return `${company ?? "An instance without a connection"} ${cause ? CAUSE_WORDS[cause] : KIND_WORDS[kind].on}`;
}
