/**
 * An alert and an `invoice.sent` event, verified by the `standardwebhooks` package on the receiving side; the receiver
 * down for a while: delivered afterwards, once. And a receiver that hangs keeps no invoice waiting.
 */
import { describe, expect, test } from "vitest";
import { connectCompany } from "../../scripts/demo/front-door.ts";
import { pause, reaches, setUpCompany, settled, sharedStack, type TestCompany } from "../harness/app.ts";
import { invoiceEvent } from "../harness/make-order.ts";
import { WebhookReceiver } from "../harness/webhook-receiver.ts";

const SECRET_PATTERN = /whsec_[A-Za-z0-9+/]{43}=/;
const SOON_MS = 90_000;
/** Retries come after 10 s and then after a minute; the cron of the stack comes every minute. */
const RECOVERY_MS = 150_000;
const QUIET_MS = 5_000;

/** A receiver whose address is set on a page, and which has the secret that the page shows. */
async function tell(company: TestCompany, page: string, fields: Record<string, string>): Promise<WebhookReceiver> {
  const receiver = new WebhookReceiver();
  await receiver.up();
  const saved = await company.visitor.post(page, { address: receiver.url, ...fields });
  expect(saved.status).toBe(303);
  const revealed = await company.visitor.post(`${page}/reveal-secret`, {});
  const secret = SECRET_PATTERN.exec(revealed.html)?.[0];
  if (secret === undefined) throw new Error(`No secret was shown (${revealed.status}).`);
  receiver.secret = secret;
  return receiver;
}

const tellEvents = (company: TestCompany) =>
  tell(company, `/settings/instances/${company.instanceId}/events`, {
    "invoice.sent": "true",
    "invoice.failed": "true",
  });

async function cron(): Promise<void> {
  const answer = await fetch(`${sharedStack().appOrigin}/cdn-cgi/handler/scheduled`);
  expect(answer.status).toBe(200);
  await answer.text();
}

describe.concurrent("events of invoices", () => {
  test("tell the order system what became of each invoice, signed, once", async ({ onTestFinished }) => {
    const company = await setUpCompany();
    const receiver = await tellEvents(company);
    onTestFinished(() => receiver.down());
    expect((await company.orders.send(invoiceEvent())).status).toBe(202);
    expect((await company.orders.send(invoiceEvent({ currency: "EUR" }))).status).toBe(202);
    await settled(company, 2);
    const sent = await receiver.until(() => receiver.acknowledged("invoice.sent")[0], SOON_MS);
    const failed = await receiver.until(() => receiver.acknowledged("invoice.failed")[0], SOON_MS);
    for (const event of [sent, failed]) {
      const invoice = await company.api.call<Record<string, unknown>>(
        "GET",
        `/invoices/${String(event.body.data["id"])}`,
      );
      const {
        id,
        external_id,
        number,
        order_external_id,
        push_status,
        error,
        qbo_invoice_id,
        qbo_url,
        total,
        currency,
        balance,
        paid_on,
      } = invoice;
      expect(event.body.data).toEqual({
        id,
        external_id,
        number,
        order_external_id,
        push_status,
        error,
        qbo_invoice_id,
        qbo_url,
        total,
        currency,
        balance,
        paid_on,
      });
    }
    // Sent and not paid yet: all of it is open.
    expect(sent.body.data).toMatchObject({
      push_status: "sent",
      error: null,
      balance: sent.body.data["total"],
      paid_on: null,
    });
    expect(failed.body.data).toMatchObject({
      push_status: "failed",
      error: { category: "validation" },
      qbo_invoice_id: null,
      qbo_url: null,
      balance: null,
      paid_on: null,
    });
    await pause(QUIET_MS);
    await cron();
    expect(receiver.deliveries).toHaveLength(2);
    expect(receiver.wrong).toBe(0);
  });

  test(
    "reach a receiver that was down for a while: afterwards, once, under one ID",
    { timeout: 240_000 },
    async ({ onTestFinished }) => {
      const company = await setUpCompany();
      const receiver = await tellEvents(company);
      onTestFinished(() => receiver.down());
      receiver.status = 503;
      await company.orders.send(invoiceEvent());
      await settled(company, 1);
      const first = await receiver.until(() => receiver.deliveries[0], SOON_MS);
      await receiver.down();
      // Long enough for the second try to meet the closed port.
      await pause(15_000);
      receiver.status = 200;
      await receiver.up();
      const delivered = await receiver.until(() => receiver.acknowledged("invoice.sent")[0], RECOVERY_MS);
      await cron();
      await pause(QUIET_MS);
      expect(receiver.acknowledged("invoice.sent")).toHaveLength(1);
      expect(new Set(receiver.deliveries.map((delivery) => delivery.id))).toEqual(new Set([first.id]));
      expect(delivered.timestamp).toBeGreaterThan(first.timestamp);
      expect(delivered.body).toEqual(first.body);
      expect(receiver.wrong).toBe(0);
    },
  );

  test("keep no invoice waiting where the receiver hangs", async ({ onTestFinished }) => {
    const [company, free] = [await setUpCompany(), await setUpCompany()];
    const receiver = await tellEvents(company);
    onTestFinished(() => receiver.down());
    receiver.status = 0;
    await company.orders.send(invoiceEvent());
    await receiver.until(() => receiver.deliveries[0], SOON_MS);
    // Another company's invoice of the same moment tells how long a push takes on this machine now.
    const sent = async (to: TestCompany, count: number) => {
      await to.orders.send(invoiceEvent());
      await settled(to, count);
      return Date.now();
    };
    const [hungAt, freeAt] = await Promise.all([sent(company, 2), sent(free, 1)]);
    // The receiver's try lasts 10 s; the invoice was in QuickBooks before that.
    expect(hungAt - freeAt).toBeLessThan(9_000);
  });
});

describe.concurrent("alerts", () => {
  test(
    "tell once when a connection is lost or invoices fail, and once when it is over",
    { timeout: 240_000 },
    async () => {
      const stack = sharedStack();
      const company = await setUpCompany();
      const receiver = await tell(company, "/settings/alerts", {
        "connection.attention": "true",
        "invoices.failed": "true",
      });
      const mine = (type: string) =>
        receiver.acknowledged(type).filter((delivery) => delivery.body.data["connection_id"] === company.connectionId);
      try {
        const tested = await company.visitor.post("/settings/alerts/test", {});
        expect(tested.status).toBe(303);
        expect(receiver.acknowledged("test")).toHaveLength(1);

        await company.orders.send(invoiceEvent({ currency: "EUR" }));
        const [bad] = await settled(company, 1);
        await cron();
        const failed = await receiver.until(() => mine("invoices.failed")[0], SOON_MS);
        expect(failed.body.data).toMatchObject({ new_failures: 1, causes: [{ category: "validation", count: 1 }] });
        expect(JSON.stringify(failed.body)).not.toContain("Buyer");

        await company.emulator.revokeTokens(company.realmId);
        await company.orders.send(invoiceEvent());
        const held = (await settled(company, 2)).find((invoice) => invoice.id !== bad?.id);
        await cron();
        await cron();
        const lost = await receiver.until(() => mine("connection.attention")[0], SOON_MS);
        expect(lost.body.data).toMatchObject({ cause: "reconnect_needed", waiting_invoices: 1 });

        await connectCompany(company.visitor, stack.emulatorOrigin, company.realmId);
        await reaches(company, held?.id ?? "", ["sent"]);
        await company.api.call("POST", `/invoices/${bad?.id ?? ""}/void`);
        await cron();
        await cron();
        await receiver.until(() => mine("connection.attention.resolved")[0], SOON_MS);
        await receiver.until(() => mine("invoices.failed.resolved")[0], SOON_MS);
        await pause(QUIET_MS);
        for (const type of [
          "invoices.failed",
          "invoices.failed.resolved",
          "connection.attention",
          "connection.attention.resolved",
        ]) {
          expect([type, mine(type).length]).toEqual([type, 1]);
        }
        expect(receiver.wrong).toBe(0);
      } finally {
        await company.visitor.post("/settings/alerts", { address: "" });
        await receiver.down();
      }
    },
  );
});
