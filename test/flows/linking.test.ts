/**
 * Linking by hand, judged by the emulator's books: what belongs to another of our invoices is never linked, what differs is
 * asked first, Unlink touches nothing in QuickBooks. And the links of buyers and SKUs, changed and forgotten.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { type InvoiceView, reaches, setUpCompany, type TestCompany } from "../harness/app.ts";
import type { QboEntity } from "../harness/emulator.ts";
import { invoiceEvent, newNumber, type OrderParts } from "../harness/make-order.ts";
import { cents, goodsLines, push, type QboInvoice, sendAndSettle } from "../harness/push.ts";

interface Problem {
  detail: string;
  errors?: { path: string; message: string }[];
}

interface LinkView {
  id: string;
  kind: string;
  key: string;
  buyer_name: string | null;
  qbo_id: string;
  qbo_name: string;
  origin: string | null;
}

let company: TestCompany;

beforeAll(async () => {
  company = await setUpCompany();
});

/** An invoice that a person made in QuickBooks. */
async function strangersInvoice(number: string, customerId: string, { amount = 9, date = "2026-03-03" } = {}) {
  const [item] = await company.emulator.list(company.realmId, "item");
  if (!item) throw new Error("The company has no item.");
  const detail = { ItemRef: { value: item.Id }, Qty: 1, UnitPrice: amount };
  return company.emulator.create(company.realmId, "invoice", {
    DocNumber: number,
    TxnDate: date,
    CustomerRef: { value: customerId },
    Line: [{ Amount: amount, DetailType: "SalesItemLineDetail", SalesItemLineDetail: detail }],
  });
}

/** An invoice of ours that fails because a stranger's invoice of another customer and total has its number. */
async function failedOverStranger(): Promise<{ invoice: InvoiceView; holder: QboEntity }> {
  const number = newNumber("LS");
  const customer = await company.emulator.create(company.realmId, "customer", { DisplayName: `Stranger ${number}` });
  const holder = await strangersInvoice(number, customer.Id, { amount: 81.35 });
  const invoice = await sendAndSettle(company, invoiceEvent({ number }));
  expect(invoice).toMatchObject({ push_status: "failed", error: { category: "duplicate" } });
  return { invoice, holder };
}

const link = (id: string, body: object = {}) => company.api.raw("POST", `/invoices/${id}/link`, body);
const inBooks = (id: string) => company.emulator.find<QboInvoice>(company.realmId, "Invoice", id);
const text = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("Link that invoice", () => {
  test("what stands for another of our invoices is refused by its name, and stays untouched by a void", async () => {
    const number = newNumber("D1");
    const first = await push(company, { number, customer: { id: newNumber("MS"), name: `Miller & Sons ${number}` } });
    const parts: OrderParts = {
      id: `O2-${number}`,
      number,
      customer: { id: newNumber("ON"), name: `O'Neill ${number}` },
    };
    const second = await sendAndSettle(company, invoiceEvent(parts, { id: `I2-${number}` }));
    expect(second.push_status).toBe("failed");
    expect(second.error?.remedy).toContain(`belongs to invoice ${number} for Miller & Sons ${number} in Bookbridge`);
    const { html } = await company.visitor.get(`/invoices/${second.id}`);
    expect(html).toContain(`href="/invoices/${first.invoice.id}"`);
    expect(html).not.toContain("Link that invoice");
    for (const body of [{}, { even_if_different: true }]) expect((await link(second.id, body)).status).toBe(409);
    const forced = await company.visitor.post(`/invoices/${second.id}/fix`, { fix: "link", seen: `${first.qbo.Id}/0` });
    expect(forced.location).toContain(`/invoices/${second.id}`);
    await company.api.call("POST", `/invoices/${second.id}/void`);
    expect(await reaches(company, second.id, ["voided"])).toMatchObject({ qbo_invoice_id: null });
    expect(await inBooks(first.qbo.Id)).toMatchObject({ SyncToken: first.qbo.SyncToken, TotalAmt: first.qbo.TotalAmt });
  });

  test("one that became ours since is refused when it is clicked, and the error then names it", async () => {
    const { invoice, holder } = await failedOverStranger();
    const other = await sendAndSettle(
      company,
      invoiceEvent({ id: `O3-${invoice.number}`, number: invoice.number }, { id: `I3-${invoice.number}` }),
    );
    expect((await link(other.id, { even_if_different: true })).status).toBe(200);
    const refused = await link(invoice.id, { even_if_different: true });
    expect(refused.status).toBe(409);
    const words = `belongs to invoice ${invoice.number} for ${other.customer_name} in Bookbridge`;
    expect((await refused.json<Problem>()).detail).toContain(words);
    const now = await company.api.call<InvoiceView>("GET", `/invoices/${invoice.id}`);
    expect(now).toMatchObject({ push_status: "failed", qbo_invoice_id: null });
    expect(now.error?.message).toContain(words);
    expect((await inBooks(holder.Id)).SyncToken).toBe(holder.SyncToken);
  });

  test("a stranger's invoice is asked about with both sides, and Unlink takes it back; the books stay as they were", async () => {
    const { invoice, holder } = await failedOverStranger();
    const answer = await link(invoice.id);
    expect(answer.status).toBe(409);
    expect((await answer.json<Problem>()).errors).toEqual([
      { path: "customer", message: `Stranger ${invoice.number} in QuickBooks, ${invoice.customer_name} here.` },
      { path: "total", message: "81.35 USD in QuickBooks, 9.00 USD here." },
    ]);
    const asked = await company.visitor.post(`/invoices/${invoice.id}/fix`, { fix: "link" });
    expect(asked.status).toBe(200);
    expect(text(asked.html)).toContain("Customer Differs Buyer");
    for (const words of ["81.35 USD", "9.00 USD", "3 Mar 2026", `Stranger ${invoice.number}`, "Open balance"])
      expect(text(asked.html)).toContain(words);
    expect(await company.api.call("GET", `/invoices/${invoice.id}`)).toMatchObject({ push_status: "failed" });

    // What was seen has changed since: it is asked again.
    await company.emulator.change(company.realmId, "invoice", holder.Id, { TxnDate: "2026-03-09" });
    const seen = /name="seen" value="([^"]+)"/.exec(asked.html)?.[1] ?? "";
    const again = await company.visitor.post(`/invoices/${invoice.id}/fix`, { fix: "link", seen });
    expect(text(again.html)).toContain("The invoice in QuickBooks has changed since.");
    expect(text(again.html)).toContain("9 Mar 2026");
    const seenNow = /name="seen" value="([^"]+)"/.exec(again.html)?.[1] ?? "";
    await company.visitor.post(`/invoices/${invoice.id}/fix`, { fix: "link", seen: seenNow });
    const linked = await company.api.call<InvoiceView>("GET", `/invoices/${invoice.id}`);
    expect(linked).toMatchObject({ push_status: "sent", qbo_invoice_id: holder.Id, error: null });

    const before = await inBooks(holder.Id);
    const { html } = await company.visitor.get(`/invoices/${invoice.id}`);
    expect(text(html)).toContain(`${holder.Id} , linked by a person`);
    const unlinked = await company.api.call<InvoiceView>("POST", `/invoices/${invoice.id}/unlink`);
    expect(unlinked).toMatchObject({ push_status: "failed", qbo_invoice_id: null, warnings: [], error: invoice.error });
    expect(await inBooks(holder.Id)).toEqual(before);
    expect((await company.api.raw("POST", `/invoices/${invoice.id}/unlink`)).status).toBe(409);
    const activity = text((await company.visitor.get("/activity")).html);
    expect(activity).toContain(`Invoice unlinked: ${invoice.number}`);

    // It is as before: the number is still taken, and another one does.
    await company.visitor.post(`/invoices/${invoice.id}/fix`, { fix: "number", number: `${invoice.number}-2` });
    const sent = await reaches(company, invoice.id, ["sent"]);
    expect(cents((await inBooks(sent.qbo_invoice_id ?? "")).TotalAmt)).toBe("9.00");
  });

  test("where number, customer, date and total agree it is linked at once", async () => {
    const customer = { id: newNumber("AG"), name: newNumber("Agreed ") };
    const known = await push(company, { customer });
    const number = newNumber("AG");
    const holder = await strangersInvoice(number, known.qbo.CustomerRef.value);
    const invoice = await sendAndSettle(company, invoiceEvent({ number, customer }));
    expect(invoice.push_status).toBe("failed");
    const linked = await (await link(invoice.id)).json<InvoiceView>();
    expect(linked).toMatchObject({ push_status: "sent", qbo_invoice_id: holder.Id, warnings: [] });
    expect((await inBooks(holder.Id)).SyncToken).toBe(holder.SyncToken);
  });

  test("a customer of the same name is another one; a date that differs is asked about, too", async () => {
    const customer = { id: newNumber("SN"), name: newNumber("Namesake ") };
    const known = await push(company, { customer });
    const number = newNumber("SN");
    await strangersInvoice(number, known.qbo.CustomerRef.value, { date: "2026-02-01" });
    const twin = { id: newNumber("SN"), name: customer.name };
    const invoice = await sendAndSettle(company, invoiceEvent({ number, customer: twin }));
    const { errors } = await (await link(invoice.id)).json<Problem>();
    expect(errors?.map(({ path }) => path)).toEqual(["customer", "date"]);
  });

  test("one that is voided in QuickBooks books nothing, so it is not linked", async () => {
    const { invoice, holder } = await failedOverStranger();
    await company.emulator.voidInvoice(company.realmId, holder.Id);
    const answer = await link(invoice.id, { even_if_different: true });
    expect(answer.status).toBe(409);
    expect((await answer.json<Problem>()).detail).toContain("voided in QuickBooks");
  });

  test("once a change of ours is in QuickBooks, the link can't be taken back", async () => {
    const { invoice } = await failedOverStranger();
    expect((await link(invoice.id, { even_if_different: true })).status).toBe(200);
    const order = {
      number: invoice.number,
      lines: [{ sku: "TEA-1", name: "Green tea", quantity: "3", unit_price: "4.50" }],
    };
    const { qbo } = await pushedChange(invoice, order);
    expect(cents(qbo.TotalAmt)).toBe("13.50");
    const answer = await company.api.raw("POST", `/invoices/${invoice.id}/unlink`);
    expect(answer.status).toBe(409);
    expect((await company.visitor.get(`/invoices/${invoice.id}`)).html).not.toContain(">Unlink<");
  });
});

/** Sends a change of an invoice and waits until QuickBooks has it. */
async function pushedChange(invoice: InvoiceView, order: OrderParts): Promise<{ qbo: QboInvoice }> {
  const event = invoiceEvent(order, {}, new Date(Date.now() + 1_000));
  await company.orders.send(event);
  const id = invoice.id;
  await expect
    .poll(async () => {
      const { qbo_invoice_id } = await company.api.call<InvoiceView>("GET", `/invoices/${id}`);
      return qbo_invoice_id === null ? null : (await inBooks(qbo_invoice_id)).PrivateNote;
    })
    .toContain(`bookbridge:${id}/`);
  const { qbo_invoice_id } = await reaches(company, id, ["sent"]);
  return { qbo: await inBooks(qbo_invoice_id ?? "") };
}

describe("Links", () => {
  const linksOf = async (query: string) =>
    (await company.api.call<{ data: LinkView[] }>("GET", `/connections/${company.connectionId}/links?${query}`)).data;
  const change = (id: string, qbo_id: string) =>
    company.api.raw("PATCH", `/connections/${company.connectionId}/links/${id}`, { qbo_id });

  test("two buyers of one name at once are two customers, and the page tells them apart", async () => {
    const name = newNumber("Twin ");
    const ids = [newNumber("TW"), newNumber("TW")];
    const pushed = await Promise.all(ids.map((id) => push(company, { customer: { id, name } })));
    const customers = pushed.map(({ qbo }) => qbo.CustomerRef.value);
    expect(new Set(customers).size).toBe(2);
    const links = await linksOf(`q=${encodeURIComponent(name)}`);
    expect(links.map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
    expect(links.map(({ qbo_id }) => qbo_id).toSorted()).toEqual(customers.toSorted());
    expect(links.map(({ origin }) => origin)).toEqual(["created", "created"]);
    const page = text((await company.visitor.get(`${pathOf(company)}?q=${encodeURIComponent(name)}`)).html);
    for (const id of ids) expect(page).toContain(`Buyer, ID ${id}, Orders of`);
    expect(page).toContain("Created by Bookbridge");
  });

  test("a wrong customer is changed: the next invoice goes there, never to one that another buyer holds", async () => {
    const customer = { id: newNumber("WC"), name: newNumber("Wrong ") };
    await push(company, { customer });
    const held = await push(company, { customer: { id: newNumber("HC"), name: newNumber("Held ") } });
    const right = await company.emulator.create(company.realmId, "customer", { DisplayName: newNumber("Right ") });
    const [known] = await linksOf(`q=${customer.id}`);
    const refused = await change(known?.id ?? "", held.qbo.CustomerRef.value);
    expect(refused.status).toBe(409);
    expect((await refused.json<Problem>()).detail).toContain(`is linked to buyer ${held.invoice.customer_name}`);
    expect((await change(known?.id ?? "", "99999999")).status).toBe(422);
    expect(await (await change(known?.id ?? "", right.Id)).json()).toMatchObject({
      qbo_id: right.Id,
      origin: "chosen",
    });
    const next = await push(company, { customer });
    expect(next.qbo.CustomerRef.value).toBe(right.Id);
    expect(next.invoice.warnings).toEqual([]);
  });

  test("on the page a record is chosen by its name there; a refusal keeps what was typed", async () => {
    const sku = newNumber("SKU-");
    const lines = [{ sku, name: `Made ${sku}`, quantity: "1", unit_price: "5.00", taxable: false }];
    await push(company, { lines });
    const [item] = await company.emulator.list(company.realmId, "item");
    const [known] = await linksOf(`kind=item&q=${sku.toLowerCase()}`);
    const path = `${pathOf(company)}/${known?.id}/change`;
    expect((await company.visitor.get(path)).html).toContain(`<option value="${String(item?.Name)}"`);
    const refused = await company.visitor.post(path, { name: "Nothing of that name" });
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('value="Nothing of that name"');
    expect(text(refused.html)).toContain("There is no active item of that name in QuickBooks.");
    expect((await company.visitor.post(path, { name: String(item?.Name).toUpperCase() })).status).toBe(303);
    const next = await push(company, { lines });
    expect(goodsLines(next.qbo)[0]?.SalesItemLineDetail?.ItemRef.value).toBe(item?.Id);
    expect(text((await company.visitor.get("/activity")).html)).toContain(`SKU ${sku.toLowerCase()}`);
  });

  test("a forgotten buyer is looked up again by name, and nothing changes in QuickBooks", async () => {
    const customer = { id: newNumber("FG"), name: newNumber("Forgotten ") };
    const first = await push(company, { customer });
    const [known] = await linksOf(`q=${customer.id}`);
    const path = `${pathOf(company)}/${known?.id}/forget`;
    const question = await company.visitor.get(path);
    expect(text(question.html)).toContain("Forget this link?");
    expect((await company.visitor.post(path, {})).status).toBe(303);
    expect(await linksOf(`q=${customer.id}`)).toEqual([]);
    expect((await company.api.raw("DELETE", `/connections/${company.connectionId}/links/${known?.id}`)).status).toBe(
      404,
    );
    const renamed = { DisplayName: `${customer.name} Ltd` };
    await company.emulator.change(company.realmId, "customer", first.qbo.CustomerRef.value, renamed);
    const next = await push(company, { customer });
    expect(next.qbo.CustomerRef.value).not.toBe(first.qbo.CustomerRef.value);
    expect(next.qbo.CustomerRef.name).toBe(customer.name);
  });
});

function pathOf({ connectionId }: TestCompany): string {
  return `/settings/quickbooks/${connectionId}/links`;
}
