/**
 * `/invoices`: the invoices to be delivered, how far each is, and the requests to create, send and void them.
 */
import type { Context } from "hono";
import { createInvoices } from "../../actions/create-invoices.ts";
import { type LinkAnswer, linkDuplicate, unlink } from "../../actions/link-invoice.ts";
import { requestSend } from "../../actions/request-send.ts";
import { requestVoid } from "../../actions/request-void.ts";
import type { AppEnv } from "../../app-context.ts";
import { type PushError, publicError, readError } from "../../failures/push-error.ts";
import type { InvoiceRow } from "../../invoicing/invoice-row.ts";
import { listInvoices } from "../../invoicing/lists/list.ts";
import { invoiceView } from "../../invoices/view.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { ProblemError } from "../../platform/problem.ts";
import { previewPayload } from "../../invoicing/by-hand/preview-payload.ts";
import { findInvoice, loadInvoice } from "../../invoicing/invoice-row.ts";
import { listAttempts } from "../../pushes/attempts.ts";
import { operation } from "../operation.ts";
import { notFoundProblem, problemOf } from "../read-request.ts";
import { invoiceCreate, invoiceQuery, linkBody, sendBody } from "./requests.ts";
import { invoiceCreated, invoicePage, invoiceSchema, payloadSchema, sendResults } from "./responses.ts";

const tag = "Invoices";

const list = operation({
  method: "get",
  path: "/invoices",
  tag,
  operationId: "listInvoices",
  summary: "List invoices",
  details: "Newest date first. `q` finds part of a number, an order's number or a customer's name.",
  right: "read",
  query: invoiceQuery,
  response: { status: 200, description: "A page of invoices.", schema: invoicePage },
  problems: [],
  handle: async (c, { query }) => {
    const { push_status, instance_id, from, to, q, limit, after } = query;
    const filter = { status: push_status, instanceId: instance_id, from, to, q };
    const { rows, next } = await listInvoices(c.get("db"), filter, { limit, after });
    const { qboAppUrl } = c.get("config");
    return { data: rows.map((row) => invoiceView(row, qboAppUrl)), next };
  },
});

const create = operation({
  method: "post",
  path: "/invoices",
  tag,
  operationId: "createInvoices",
  summary: "Create invoices for shipped orders",
  details:
    "A result for each order. `date` is the invoices' date; without it they are dated today in the time zone of each order's company. They are sent immediately if auto push is effective, like those that arrive by webhook.",
  right: "invoice",
  body: invoiceCreate,
  response: { status: 200, description: "A result for each order, in the order given.", schema: invoiceCreated },
  problems: [],
  handle: async (c, { body }) => {
    const created = await createInvoices(actionContextOf(c), body.order_ids, body.date);
    if (!created.ok) throw problemOf(created);
    return { data: created.results };
  },
});

const send = operation({
  method: "post",
  path: "/invoices/send",
  tag,
  operationId: "sendInvoices",
  summary: "Send invoices to QuickBooks",
  details: "Queues up to 1,000 invoices. Needs both Enable switches on, not Auto invoice.",
  right: "invoice",
  body: sendBody,
  response: { status: 200, description: "A result for each invoice, in the order given.", schema: sendResults },
  problems: [],
  handle: async (c, { body }) => {
    const sent = await requestSend(actionContextOf(c), body.invoice_ids);
    if (!sent.ok) throw problemOf(sent);
    return { data: sent.results };
  },
});

const one = operation({
  method: "get",
  path: "/invoices/:id",
  tag,
  operationId: "getInvoice",
  summary: "Get one invoice with its attempts",
  right: "read",
  response: { status: 200, description: "The invoice.", schema: invoiceSchema },
  problems: [404],
  handle: async (c) => viewWithAttempts(c, await findNamed(c)),
});

const payload = operation({
  method: "get",
  path: "/invoices/:id/payload",
  tag,
  operationId: "getInvoicePayload",
  summary: "Get the exact JSON for QuickBooks",
  details:
    "The exact bytes that were sent, or that would be sent now. 409 if a setting that the payload needs is missing.",
  right: "read",
  response: { status: 200, description: "An invoice in QuickBooks' own shape.", schema: payloadSchema },
  problems: [404, 409],
  handle: async (c) => {
    const preview = await previewPayload(c.get("db"), await findNamed(c));
    if ("missing" in preview) throw refusedBy(preview.missing);
    return new Response(preview.json, { headers: { "content-type": "application/json" } });
  },
});

const voidOne = operation({
  method: "post",
  path: "/invoices/:id/void",
  tag,
  operationId: "voidInvoice",
  summary: "Void an invoice",
  details:
    "Here, and in QuickBooks if it was sent. If it is not known yet whether QuickBooks has it, the request is remembered.",
  right: "invoice",
  response: { status: 200, description: "The invoice as it is now.", schema: invoiceSchema },
  problems: [404, 409],
  handle: async (c) => {
    const id = c.req.param("id") ?? "";
    const voided = await requestVoid(actionContextOf(c), id);
    if (!voided.ok) throw voided.reason === "refused" ? refusedBy(voided.error) : problemOf(voided);
    return viewWithAttempts(c, await loadInvoice(c.get("db"), id));
  },
});

const link = operation({
  method: "post",
  path: "/invoices/:id/link",
  tag,
  operationId: "linkInvoice",
  summary: "Link an invoice to the one that uses its number",
  details:
    "For an invoice that failed because its number is taken in QuickBooks. Links immediately if number, customer, date and total agree; otherwise 409, with an error for each part that differs, unless `even_if_different` is true. An invoice in QuickBooks that belongs to another invoice here is never linked.",
  right: "invoice",
  body: linkBody,
  response: { status: 200, description: "The invoice as it is now.", schema: invoiceSchema },
  problems: [404, 409],
  handle: async (c, { body }) => {
    const id = c.req.param("id") ?? "";
    const context = actionContextOf(c);
    const asked = await linkDuplicate(context, id);
    const isConfirmed = !asked.ok && asked.reason === "asks" && body.even_if_different === true;
    const linked = isConfirmed ? await linkDuplicate(context, id, asked.question.seen) : asked;
    if (!linked.ok) throw linked.reason === "asks" ? differenceProblem(linked) : problemOf(linked);
    return viewWithAttempts(c, await loadInvoice(c.get("db"), id));
  },
});

const unlinkOne = operation({
  method: "post",
  path: "/invoices/:id/unlink",
  tag,
  operationId: "unlinkInvoice",
  summary: "Take back a link that was made by hand",
  details:
    "The invoice is failed again as it was before it was linked; QuickBooks is not touched. Not possible once Bookbridge has changed the invoice in QuickBooks.",
  right: "invoice",
  response: { status: 200, description: "The invoice as it is now.", schema: invoiceSchema },
  problems: [404, 409],
  handle: async (c) => {
    const id = c.req.param("id") ?? "";
    const done = await unlink(actionContextOf(c), id);
    if (!done.ok) throw problemOf(done);
    return viewWithAttempts(c, await loadInvoice(c.get("db"), id));
  },
});

export const invoiceOperations = [list, create, send, one, payload, voidOne, link, unlinkOne];

function differenceProblem({ message, question }: Extract<LinkAnswer, { reason: "asks" }>): ProblemError {
  const errors = question.parts
    .filter(({ isSame }) => !isSame)
    .map(({ name, ours, theirs }) => ({
      path: name,
      message: `${theirs} in QuickBooks, ${ours ?? "not known"} here.`,
    }));
  return new ProblemError({ status: 409, title: "The invoices differ", detail: message, errors });
}

async function findNamed(c: Context<AppEnv>): Promise<InvoiceRow> {
  const invoice = await findInvoice(c.get("db"), c.req.param("id") ?? "");
  if (!invoice) throw notFoundProblem("invoice");
  return invoice;
}

async function viewWithAttempts(c: Context<AppEnv>, invoice: InvoiceRow) {
  const attempts = await listAttempts(c.get("db"), invoice.id);
  return {
    ...invoiceView(invoice, c.get("config").qboAppUrl),
    attempts: attempts.map(({ error, ...attempt }) => ({
      number: attempt.number,
      started_at: attempt.startedAt,
      duration_ms: attempt.durationMs,
      outcome: attempt.outcome,
      http_status: attempt.httpStatus,
      intuit_tid: attempt.intuitTid,
      error: error === null ? null : publicError(readError(error)),
    })),
  };
}

function refusedBy(error: PushError): ProblemError {
  return new ProblemError({ status: 409, title: error.title, detail: `${error.message} ${error.remedy}`.trim() });
}
