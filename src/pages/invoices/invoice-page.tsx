/**
 * One invoice: its status and why, its content, the payload, every attempt; sending and voiding it.
 */
import { type Context, Hono } from "hono";
import { requestSend } from "../../actions/request-send.ts";
import { requestVoid } from "../../actions/request-void.ts";
import type { AppEnv } from "../../app-context.ts";
import type { Connection } from "../../connections/connection.ts";
import { findConnection } from "../../connections/store.ts";
import { readError } from "../../failures/push-error.ts";
import { readWarnings } from "../../failures/warning.ts";
import type { Instance } from "../../instances/instance.ts";
import { findInstance } from "../../instances/store.ts";
import { countHeld } from "../../invoicing/lists/counts.ts";
import type { InvoiceRow } from "../../invoicing/invoice-row.ts";
import { isInQuickBooks, publicStatus } from "../../documents/status.ts";
import { readContent } from "../../invoices/invoice.ts";
import { listAttempts } from "../../pushes/attempts.ts";
import { findInvoice } from "../../invoicing/invoice-row.ts";
import { qboUrl } from "../../invoices/view.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs, may } from "../../people/route-access.ts";
import { canUnlink } from "../../invoicing/by-hand/unlink.ts";
import { type Preview, previewPayload } from "../../invoicing/by-hand/preview-payload.ts";
import { ConfirmButton, ConfirmPage, type ConfirmProps } from "../../ui/dialog.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { Live } from "../../ui/live.tsx";
import { Money } from "../../ui/money.tsx";
import { respondWithFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { OrderDetails, OrderLines } from "../orders/order-content.tsx";
import { redirectWith } from "../parts/flash.ts";
import { backWith, missing } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { STATUS_WORDS } from "./invoice-status.tsx";
import { Attempts, type AttemptView, ErrorCard, InvoiceFacts, Warnings } from "./invoice-view.tsx";
import { paceOf, RowStatus } from "./invoice-rows.tsx";
import { PayloadView } from "./payload-view.tsx";
import { sendSummary } from "./send-summary.ts";

const HERE = "/invoices/:id";
const SENDABLE: readonly InvoiceRow["state"][] = ["not_sent", "queued", "held", "failed"];

export const invoicePage = new Hono<AppEnv>();

invoicePage.get(HERE, needs("read"), async (c) => {
  const props = await readInvoicePage(c);
  if (isFragmentRequest(c)) return respondWithFragment(c, c.get("nonce"), <InvoiceView {...props} />);
  return showPage(c, { title: `Invoice ${props.invoice.number}`, body: <InvoiceView {...props} /> });
});

invoicePage.post(`${HERE}/send`, needs("invoice"), async (c) => {
  const { id, path } = await subject(c);
  const sent = await requestSend(actionContextOf(c), [id]);
  if (!sent.ok) return backWith(c, path, sent);
  return redirectWith(c, path, sendSummary(sent.results, await countHeld(c.get("db"), [id])));
});

invoicePage.get(`${HERE}/void`, needs("invoice"), async (c) => {
  const { invoice, path } = await subject(c);
  const question = voidQuestion(invoice);
  return showPage(c, { title: question.title, body: <ConfirmPage {...question} cancelHref={path} /> });
});

invoicePage.post(`${HERE}/void`, needs("invoice"), async (c) => {
  const { id, path } = await subject(c);
  const result = await requestVoid(actionContextOf(c), id);
  if (result.ok) return redirectWith(c, path, { tone: "good", text: VOID_WORDS[result.status] });
  if (result.reason === "refused")
    return redirectWith(c, path, { tone: "bad", text: `${result.error.message} ${result.error.remedy}` });
  return backWith(c, path, result);
});

const VOID_WORDS = {
  voided: "The invoice is voided.",
  queued: "The invoice is being voided in QuickBooks.",
  remembered: "It is not known yet whether QuickBooks has the invoice; it is voided as soon as that is known.",
} as const;

interface InvoicePageProps {
  invoice: InvoiceRow;
  instance: Instance | null;
  connection: Connection | null;
  attempts: AttemptView[];
  preview: Preview;
  qboHref: string | null;
  supportUrl: string | null;
  mayAct: boolean;
  now: Date;
}

async function subject(c: Context<AppEnv>): Promise<{ invoice: InvoiceRow; id: string; path: string }> {
  const invoice = await findInvoice(c.get("db"), c.req.param("id") ?? "");
  if (!invoice) throw missing("There is no such invoice.");
  return { invoice, id: invoice.id, path: `/invoices/${invoice.id}` };
}

async function readInvoicePage(c: Context<AppEnv>): Promise<InvoicePageProps> {
  const { invoice } = await subject(c);
  const db = c.get("db");
  const instance = await findInstance(db, invoice.instanceId);
  const connectionId = invoice.connectionId ?? instance?.connectionId ?? null;
  const [connection, attempts, preview] = await Promise.all([
    connectionId === null ? null : findConnection(db, connectionId),
    listAttempts(db, invoice.id),
    previewPayload(db, invoice),
  ]);
  return {
    invoice,
    instance,
    connection,
    attempts: attempts.map((attempt) => ({ ...attempt, error: readError(attempt.error) })),
    preview,
    qboHref: qboUrl(c.get("config").qboAppUrl, invoice.qboId),
    supportUrl: c.get("config").supportUrl,
    mayAct: may(c, "invoice"),
    now: c.get("now"),
  };
}

function InvoiceView(props: InvoicePageProps) {
  const { invoice, preview, now } = props;
  const content = readContent(invoice.body);
  const error = readError(invoice.error);
  return (
    <Live id="invoice" url={`/invoices/${invoice.id}`} pace={paceOf([invoice], now)}>
      <PageHead
        title={`Invoice ${invoice.number}`}
        crumbs={{ href: "/invoices", label: "Invoices" }}
        lead={
          <>
            <RowStatus row={invoice} now={now} /> <Money minor={invoice.totalMinor} currency={invoice.currency} /> for{" "}
            {invoice.customerName}
          </>
        }
      >
        <InvoiceActions {...props} />
      </PageHead>
      <p class="visually-hidden" aria-live="polite">{`Push status: ${STATUS_WORDS[publicStatus(invoice)]}`}</p>
      {error && <ErrorCard invoice={invoice} error={error} mayAct={props.mayAct} supportUrl={props.supportUrl} />}
      <Warnings warnings={readWarnings(invoice.warnings)} />
      <div class="columns">
        <InvoiceFacts
          invoice={invoice}
          content={content}
          instance={props.instance}
          connection={props.connection}
          now={now}
        />
        <Attempts attempts={props.attempts} invoice={invoice} />
      </div>
      <OrderLines order={content.order} />
      <OrderDetails order={content.order} />
      <Payload preview={preview} />
    </Live>
  );
}

function InvoiceActions({ invoice, qboHref, mayAct }: InvoicePageProps) {
  return (
    <>
      {qboHref && (
        <a class="button" href={qboHref} target="_blank" rel="noreferrer">
          View in QuickBooks
        </a>
      )}
      {mayAct && canUnlink(invoice) && (
        <form method="post" action={`/invoices/${invoice.id}/unlink`}>
          <button type="submit" class="button">
            Unlink
          </button>
        </form>
      )}
      {mayAct && invoice.state !== "voided" && (
        <ConfirmButton {...voidQuestion(invoice)} openLabel="Void" fallback={`/invoices/${invoice.id}/void`} />
      )}
      {mayAct && SENDABLE.includes(invoice.state) && (
        <form method="post" action={`/invoices/${invoice.id}/send`}>
          <button type="submit" class="button primary">
            Send to QuickBooks
          </button>
        </form>
      )}
    </>
  );
}

function Payload({ preview }: { preview: Preview }) {
  if ("missing" in preview) {
    return (
      <section class="card" aria-labelledby="payload-title">
        <h2 id="payload-title">QuickBooks payload</h2>
        <p class="muted">{`${preview.missing.message} ${preview.missing.remedy}`}</p>
      </section>
    );
  }
  return <PayloadView json={preview.json} isSent={preview.frozen} />;
}

function voidQuestion(invoice: InvoiceRow): ConfirmProps {
  const isLinked = invoice.errorBeforeLink !== null;
  const whose = isLinked ? " A person linked it to the one there, which Bookbridge did not make." : "";
  const effect = isInQuickBooks(invoice)
    ? "It is also voided in QuickBooks: it keeps its number there, and its amounts become zero." + whose
    : "It will not be sent to QuickBooks.";
  return {
    id: "void",
    title: `Void invoice ${invoice.number}?`,
    action: `/invoices/${invoice.id}/void`,
    confirmLabel: "Void",
    isDanger: true,
    children: <p>{`${effect} A voided invoice stays voided.`}</p>,
  };
}
