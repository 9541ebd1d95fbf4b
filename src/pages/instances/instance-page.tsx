/**
 * The page of one instance: name and connection, its switches, webhook address and secret, a sample order, recent
 * deliveries, and its removal. The secret is shown only in the response to a form that asked for it.
 */
import { type Context, Hono } from "hono";
import { changeInstance } from "../../actions/change-instance.ts";
import { type InstancePatch, instancePatch } from "../../actions/instance-settings.ts";
import { retireInstance } from "../../actions/retire-instance.ts";
import { newSampleKey, requestSampleOrder } from "../../actions/sample-order.ts";
import { revealWebhookSecret, rotateWebhookSecret } from "../../actions/webhook-secret.ts";
import type { AppEnv } from "../../app-context.ts";
import { listConnections } from "../../connections/store.ts";
import { sumWrongSignatures } from "../../inbox/delivery-counts.ts";
import { listDeliveries } from "../../inbox/list-deliveries.ts";
import type { Instance } from "../../instances/instance.ts";
import { findInstance } from "../../instances/store.ts";
import { countNotSent } from "../../invoicing/lists/counts.ts";
import { findEndpoint } from "../../notifications/endpoints.ts";
import { listNotifications } from "../../notifications/store.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs, may } from "../../people/route-access.ts";
import { ConfirmButton, ConfirmPage, type ConfirmProps } from "../../ui/dialog.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { isFragmentRequest, respondWithFragment } from "../../ui/respond.tsx";
import { readNames } from "../deliveries/deliveries-page.tsx";
import { redirectWith, type Flash } from "../parts/flash.ts";
import { byField, type FieldErrors, fieldErrorsOf, readForm } from "../parts/form.ts";
import { NotSentNote } from "../parts/not-sent-note.tsx";
import { NOTICE_ROWS } from "../parts/notice-view.tsx";
import { backWith, missing, statusOf } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { waitingWords } from "../parts/waiting-words.ts";
import type { EndpointShown } from "../parts/webhook-endpoint-routes.ts";
import { EventsCard } from "./instance-events-view.tsx";
import { instanceFields } from "./instance-fields.ts";
import {
  INSTANCE_SWITCHES,
  InstanceSwitches,
  type InstanceSwitch,
  TurnedInstanceSwitches,
} from "./instance-switches.tsx";
import { type FieldsProps, InstanceCard, WebhookCard } from "./instance-view.tsx";
import { RecentDeliveries } from "./recent-deliveries.tsx";
import { SampleCard } from "./sample-card.tsx";

const LIST = "/settings/instances";
const HERE = `${LIST}/:id`;
const DELIVERY_ROWS = 10;
const WRONG_SIGNATURE_DAYS = 7;
const SWITCH_FIELDS = Object.keys(INSTANCE_SWITCHES) as InstanceSwitch[];

export const instancePage = new Hono<AppEnv>();

instancePage.get(HERE, needs("read"), async (c) => showInstance(c, await subject(c), {}));

instancePage.post(HERE, needs("configure"), async (c) => {
  const instance = await subject(c);
  const { name, connection_id } = instanceFields(await readForm(c));
  const values = { name, connection_id };
  const parsed = instancePatch.safeParse({ name, connection_id: connection_id || null });
  if (!parsed.success) return showInstance(c, instance, { values, errors: fieldErrorsOf(parsed.error) }, 422);
  return save(c, instance, values, parsed.data);
});

instancePage.post(`${HERE}/switches`, needs("configure"), async (c) => {
  const instance = await subject(c);
  const { values } = await readForm(c);
  const field = SWITCH_FIELDS.find((name) => name === values["switch"]);
  if (field === undefined) throw missing("There is no such switch.");
  const isOn = values[field] === "true";
  const saved = await changeInstance(actionContextOf(c), instance.id, { [field]: isOn });
  if (!saved.ok) return backWith(c, `${LIST}/${instance.id}`, saved);
  const { word } = INSTANCE_SWITCHES[field];
  return respondWithSwitches(
    c,
    saved.instance,
    `${word} is ${isOn ? "on" : "off"}. ${waitingWords(saved.waiting)}`.trim(),
  );
});

instancePage.post(`${HERE}/sample-order`, needs("invoice"), async (c) => {
  const key = (await readForm(c)).values["key"] ?? "";
  const sent = await requestSampleOrder(actionContextOf(c), c.req.param("id"), key);
  if (!sent.ok) return backWith(c, `${LIST}/${c.req.param("id")}`, sent);
  const text = sent.isNew
    ? "The sample order was signed, sent and accepted. Create its invoice to see it on its way to QuickBooks."
    : "This sample order was sent already.";
  return redirectWith(c, `/orders/${sent.orderId}`, { tone: sent.isNew ? "good" : "note", text });
});

instancePage.post(`${HERE}/reveal-secret`, needs("configure", "recent"), async (c) => {
  const revealed = await revealWebhookSecret(actionContextOf(c), c.req.param("id"));
  if (!revealed.ok) return backWith(c, LIST, revealed);
  return showInstance(c, revealed.instance, { secret: revealed.secret });
});

instancePage.post(`${HERE}/rotate-secret`, needs("configure", "recent"), async (c) => {
  const rotated = await rotateWebhookSecret(actionContextOf(c), c.req.param("id"));
  if (!rotated.ok) return backWith(c, LIST, rotated);
  const notice: Flash = { tone: "good", text: "A new secret is active. The old one stays valid for 24 hours." };
  return showInstance(c, rotated.instance, { secret: rotated.secret, notice });
});

instancePage.get(`${HERE}/remove`, needs("configure"), async (c) => {
  const question = removeQuestion(await subject(c));
  return showPage(c, {
    title: question.title,
    body: <ConfirmPage {...question} cancelHref={`${LIST}/${c.req.param("id")}`} />,
  });
});

instancePage.post(`${HERE}/remove`, needs("configure"), async (c) => {
  const instance = await subject(c);
  const removed = await retireInstance(actionContextOf(c), instance.id);
  if (!removed.ok) return backWith(c, LIST, removed);
  return redirectWith(c, LIST, {
    tone: "good",
    text: `${instance.name} was removed. Its webhook now responds with 410.`,
  });
});

/** Only the switches if htmx asked for them; otherwise a redirect to the page. */
async function respondWithSwitches(c: Context<AppEnv>, instance: Instance, text: string): Promise<Response> {
  if (!isFragmentRequest(c)) return redirectWith(c, `${LIST}/${instance.id}`, { tone: "good", text });
  const connections = await listConnections(c.get("db"));
  const connection = connections.find(({ id }) => id === instance.connectionId) ?? null;
  const props = { instance, connection, mayConfigure: true, result: { tone: "good", text } as const };
  return respondWithFragment(c, c.get("nonce"), <TurnedInstanceSwitches {...props} />);
}

async function save(
  c: Context<AppEnv>,
  instance: Instance,
  values: FieldsProps["values"],
  patch: InstancePatch,
): Promise<Response> {
  const saved = await changeInstance(actionContextOf(c), instance.id, patch);
  if (!saved.ok) return showInstance(c, instance, { values, errors: byField(saved.errors) }, statusOf(saved));
  return redirectWith(c, `${LIST}/${instance.id}`, {
    tone: "good",
    text: `Saved. ${waitingWords(saved.waiting)}`.trim(),
  });
}

export interface Shown {
  values?: FieldsProps["values"];
  errors?: FieldErrors;
  secret?: string;
  /** About the events sent to the order system. */
  events?: EndpointShown;
  notice?: Flash;
}

/** Responds with the page; `shown` holds what only this response shows. */
export async function showInstance(
  c: Context<AppEnv>,
  instance: Instance,
  shown: Shown,
  status: 200 | 404 | 409 | 422 | 503 = 200,
): Promise<Response> {
  const db = c.get("db");
  const now = c.get("now");
  const [connections, deliveries, wrong, notSent, endpoint, notices] = await Promise.all([
    listConnections(db),
    listDeliveries(db, { instanceId: instance.id }, { limit: DELIVERY_ROWS }),
    sumWrongSignatures(db, WRONG_SIGNATURE_DAYS, now),
    countNotSent(db, { instanceId: instance.id }),
    findEndpoint(db, instance.id),
    listNotifications(db, instance.id, NOTICE_ROWS),
  ]);
  const mayConfigure = may(c, "configure");
  const { appOrigin } = c.get("config");
  const secret = shown.secret ?? null;
  const connection = connections.find(({ id }) => id === instance.connectionId) ?? null;
  const names = await readNames(db, deliveries.rows, [instance]);
  const body = (
    <>
      <PageHead title={instance.name} crumbs={{ href: LIST, label: "Instances" }}>
        {mayConfigure && (
          <ConfirmButton
            {...removeQuestion(instance)}
            openLabel="Remove instance"
            fallback={`${LIST}/${instance.id}/remove`}
          />
        )}
      </PageHead>
      <NotSentNote
        count={notSent}
        href={`/invoices?status=not_sent&instance=${instance.id}`}
        isAuto={instance.autoInvoice}
      />
      <InstanceCard
        action={`${LIST}/${instance.id}`}
        values={shown.values ?? { name: instance.name, connection_id: instance.connectionId ?? "" }}
        errors={shown.errors ?? {}}
        connections={connections}
        mayConfigure={mayConfigure}
      >
        <InstanceSwitches instance={instance} connection={connection} mayConfigure={mayConfigure} />
      </InstanceCard>
      <WebhookCard instance={instance} appOrigin={appOrigin} secret={secret} mayConfigure={mayConfigure} />
      <SampleCard
        instance={instance}
        appOrigin={appOrigin}
        secret={secret}
        currency={connection?.company.homeCurrency ?? "USD"}
        now={now}
        sampleKey={newSampleKey(now)}
        maySend={may(c, "invoice")}
      />
      <RecentDeliveries
        instance={instance}
        rows={deliveries.rows}
        names={names}
        wrong={wrong.get(instance.id) ?? null}
        now={now}
      />
      <EventsCard
        instance={instance}
        endpoint={endpoint}
        notices={notices}
        shown={shown.events ?? {}}
        mayConfigure={mayConfigure}
        now={now}
      />
    </>
  );
  const hasErrors = Object.keys(shown.errors ?? shown.events?.errors ?? {}).length > 0;
  const notice = hasErrors
    ? { tone: "bad" as const, text: "Nothing has been saved yet: fix the marked fields." }
    : (shown.notice ?? null);
  return showPage(c, { title: instance.name, body, status, notice });
}

/** The instance in the address; a removed one has no page. */
export async function subject(c: Context<AppEnv>): Promise<Instance> {
  const instance = await findInstance(c.get("db"), c.req.param("id") ?? "");
  if (!instance || instance.removedAt !== null) throw missing("There is no such instance, or it was removed.");
  return instance;
}

function removeQuestion(instance: Instance): ConfirmProps {
  return {
    id: "remove",
    title: `Remove ${instance.name}?`,
    action: `${LIST}/${instance.id}/remove`,
    confirmLabel: "Remove instance",
    isDanger: true,
    children: (
      <p>Its webhook then responds with 410. Its orders and invoices stay, and waiting invoices are still sent.</p>
    ),
  };
}
