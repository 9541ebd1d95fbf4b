/**
 * The page of one instance: its form, webhook address and secret, recent deliveries, the sample, and its removal. The
 * secret is shown only in the response to a form that asked for it.
 */
import { type Context, Hono } from "hono";
import { changeInstance } from "../../actions/change-instance.ts";
import { type InstancePatch, instancePatch } from "../../actions/instance-settings.ts";
import { replayDelivery, requestTestEvent } from "../../actions/replay-delivery.ts";
import { retireInstance } from "../../actions/retire-instance.ts";
import { revealWebhookSecret, rotateWebhookSecret } from "../../actions/webhook-secret.ts";
import type { AppEnv } from "../../app-context.ts";
import { listConnections } from "../../connections/store.ts";
import { type DeliveryRow, faultsOf, listDeliveries } from "../../inbox/deliveries.ts";
import type { Receipt } from "../../inbox/receive.ts";
import type { Instance } from "../../instances/instance.ts";
import { findInstance } from "../../instances/store.ts";
import { countNotSent } from "../../invoicing/lists/counts.ts";
import { findEndpoint } from "../../notifications/endpoints.ts";
import { listNotifications } from "../../notifications/store.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs, may } from "../../people/route-access.ts";
import { ConfirmButton, ConfirmPage, type ConfirmProps } from "../../ui/dialog.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { redirectWith, type Flash } from "../parts/flash.ts";
import { byField, type FieldErrors, fieldErrorsOf, readForm } from "../parts/form.ts";
import { NotSentNote } from "../parts/not-sent-note.tsx";
import { NOTICE_ROWS } from "../parts/notice-view.tsx";
import { backWith, missing, statusOf } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { waitingWords } from "../parts/waiting-words.ts";
import type { EndpointShown } from "../parts/webhook-endpoint-routes.ts";
import { Deliveries } from "./deliveries-view.tsx";
import { EventsCard } from "./instance-events-view.tsx";
import { instanceFields } from "./instance-fields.ts";
import { InstanceForm, type InstanceFormProps, WebhookCard } from "./instance-view.tsx";
import { SampleCard } from "./sample-card.tsx";

const LIST = "/settings/instances";
const HERE = `${LIST}/:id`;
const DELIVERY_ROWS = 10;

export const instancePage = new Hono<AppEnv>();

instancePage.get(HERE, needs("read"), async (c) => showInstance(c, await subject(c), {}));

instancePage.post(HERE, needs("configure"), async (c) => {
  const instance = await subject(c);
  const values = instanceFields(await readForm(c));
  const parsed = instancePatch.safeParse({ ...values, connection_id: values.connection_id || null });
  if (!parsed.success) return showInstance(c, instance, { values, errors: fieldErrorsOf(parsed.error) }, 422);
  return save(c, instance, values, parsed.data);
});

instancePage.post(`${HERE}/reveal-secret`, needs("configure"), async (c) => {
  const revealed = await revealWebhookSecret(actionContextOf(c), c.req.param("id"));
  if (!revealed.ok) return backWith(c, LIST, revealed);
  return showInstance(c, revealed.instance, { secret: revealed.secret });
});

instancePage.post(`${HERE}/rotate-secret`, needs("configure"), async (c) => {
  const rotated = await rotateWebhookSecret(actionContextOf(c), c.req.param("id"));
  if (!rotated.ok) return backWith(c, LIST, rotated);
  const notice: Flash = { tone: "good", text: "A new secret is active. The old one stays valid for 24 hours." };
  return showInstance(c, rotated.instance, { secret: rotated.secret, notice });
});

instancePage.post(`${HERE}/test-event`, needs("configure"), async (c) => {
  const path = `${LIST}/${c.req.param("id")}`;
  const sent = await requestTestEvent(actionContextOf(c), c.req.param("id"));
  if (!sent.ok) return backWith(c, path, sent);
  const flash: Flash =
    sent.httpStatus === 202
      ? {
          tone: "good",
          text: "The test event was signed, sent and accepted. Only the delivery was stored.",
        }
      : { tone: "bad", text: `The test event got the response HTTP ${sent.httpStatus}.` };
  return redirectWith(c, path, flash);
});

instancePage.post(`${HERE}/deliveries/:delivery/replay`, needs("configure"), async (c) => {
  const path = `${LIST}/${c.req.param("id")}`;
  const replayed = await replayDelivery(actionContextOf(c), c.req.param("id"), c.req.param("delivery"));
  if (!replayed.ok && replayed.reason === "conflict") {
    const notice: Flash = { tone: "bad", text: replayed.message };
    return showInstance(c, await subject(c), { notice }, statusOf(replayed));
  }
  if (!replayed.ok) return backWith(c, path, replayed);
  return redirectWith(c, path, receiptWords(replayed.receipt));
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

async function save(
  c: Context<AppEnv>,
  instance: Instance,
  values: InstanceFormProps["values"],
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
  values?: InstanceFormProps["values"];
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
  const [connections, deliveries, notSent, endpoint, notices] = await Promise.all([
    listConnections(db),
    listDeliveries(db, instance.id, { limit: DELIVERY_ROWS }),
    countNotSent(db, { instanceId: instance.id }),
    findEndpoint(db, instance.id),
    listNotifications(db, instance.id, NOTICE_ROWS),
  ]);
  const mayConfigure = may(c, "configure");
  const { appOrigin } = c.get("config");
  const secret = shown.secret ?? null;
  const currency = connections.find(({ id }) => id === instance.connectionId)?.company.homeCurrency ?? "USD";
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
      <InstanceForm
        action={`${LIST}/${instance.id}`}
        submitLabel="Save"
        values={shown.values ?? savedValues(instance)}
        errors={shown.errors ?? {}}
        connections={connections}
        mayConfigure={mayConfigure}
      />
      <WebhookCard instance={instance} appOrigin={appOrigin} secret={secret} mayConfigure={mayConfigure} />
      <SampleCard instance={instance} appOrigin={appOrigin} secret={secret} currency={currency} now={c.get("now")} />
      <Deliveries
        instance={instance}
        rows={deliveries.rows.map(deliveryView)}
        now={c.get("now")}
        mayReplay={mayConfigure}
      />
      <EventsCard
        instance={instance}
        endpoint={endpoint}
        notices={notices}
        shown={shown.events ?? {}}
        mayConfigure={mayConfigure}
        now={c.get("now")}
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

function savedValues(instance: Instance): InstanceFormProps["values"] {
  return {
    name: instance.name,
    connection_id: instance.connectionId ?? "",
    enabled: instance.enabled,
    auto_invoice: instance.autoInvoice,
  };
}

function deliveryView(row: DeliveryRow) {
  return { ...row, errors: faultsOf(row) };
}

function receiptWords(receipt: Receipt): Flash {
  switch (receipt.kind) {
    case "accepted":
      return {
        tone: "good",
        text: `The delivery was received again: ${receipt.effect ?? "it had already been processed"}.`,
      };
    case "rejected":
      return {
        tone: "bad",
        text: `The delivery was rejected again: ${receipt.refusal.errors[0]?.message ?? receipt.refusal.title}`,
      };
    case "busy":
      return { tone: "bad", text: "The same order or invoice is being updated by another request. Try again." };
    case "not_found":
    case "removed":
      return { tone: "bad", text: "The instance is no longer in use." };
  }
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
