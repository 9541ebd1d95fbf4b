/**
 * The connection is lost, and comes back: nothing fails, what waits is Held with the reason, and goes on by itself, once
 * and in order, when it is mended. Another company at Reconnect changes nothing.
 */
import { describe, expect, it } from "vitest";
import { connectCompany, findConnection } from "../../../scripts/demo/front-door.ts";
import { listInvoices, setUpCompany, settled, type TestCompany } from "../../harness/app.ts";
import {
  createCalls,
  deliver,
  deliverMany,
  everyStatus,
  expectAllSent,
  expectInBooksOnce,
  lookUntil,
  reachesStatus,
  readPage,
} from "./books.ts";

const BACKLOG = 8;
const PUSHES_AT_ONCE = 6;

describe.concurrent("a connection that is lost", () => {
  it("revoked in QuickBooks: found at the first call, held, none failed; Reconnect sends all once and in order", async () => {
    const company = await connected();
    await company.emulator.revokeTokens(company.realmId);
    const before = (await company.emulator.record(company.realmId)).length;
    const numbers = await deliverMany(company, BACKLOG);
    await everyStatus(company, numbers, "held");
    expect(await stateOf(company)).toBe("reconnect_needed");
    const refused = (await company.emulator.record(company.realmId))
      .slice(before)
      .filter((call) => call.status === 401);
    // Six pushes may be under way at once when the first answer comes; no other call goes out after that.
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(PUSHES_AT_ONCE);
    await expectBanner(company, BACKLOG);
    await reconnect(company);
    await everyStatus(company, numbers, "sent");
    await expectInBooksOnce(company, [...company.first, ...numbers]);
    await expectInOrder(company, numbers);
    expect(await stateOf(company)).toBe("connected");
  });

  it("Reconnect with another company changes nothing until a person chooses, and Cancel forgets it", async () => {
    const company = await connected();
    const other = await company.emulator.createCompany({ name: `Other than ${company.realmId}` });
    await company.emulator.revokeTokens(company.realmId);
    const numbers = await deliverMany(company, 2);
    await everyStatus(company, numbers, "held");
    const settings = await company.api.call<Record<string, unknown>>("GET", `/connections/${company.connectionId}`);
    const choose = await reconnect(company, other);
    expect(choose).toContain("/oauth/intuit/choose/");
    await company.visitor.post(new URL(choose).pathname, { choice: "cancel" });
    await expect(findConnection(company.api, other)).rejects.toThrow(/no connection/);
    expect(await company.api.call("GET", `/connections/${company.connectionId}`)).toEqual(settings);
    await everyStatus(company, numbers, "held");
    expect(await company.emulator.list(other, "invoice")).toEqual([]);
    await reconnect(company);
    await everyStatus(company, numbers, "sent");
    await expectInBooksOnce(company, [...company.first, ...numbers]);
  });

  it("Disconnect holds what is queued and what comes in; Reconnect sends it", async () => {
    const company = await connected();
    const { queued, mend } = await keepQueued(company);
    await company.api.call("POST", `/connections/${company.connectionId}/disconnect`, {});
    await mend();
    const later = await deliverMany(company, 2);
    await everyStatus(company, [queued, ...later], "held");
    await expectBanner(company, 3);
    expect(await stateOf(company)).toBe("disconnected");
    await reconnect(company);
    await everyStatus(company, [queued, ...later], "sent");
    await expectInBooksOnce(company, [...company.first, queued, ...later]);
  });

  it("an access token that ran out is renewed by itself", async () => {
    const company = await connected();
    await company.emulator.expireAccess(company.realmId);
    const numbers = await deliverMany(company, BACKLOG);
    await everyStatus(company, numbers, "sent");
    await expectInBooksOnce(company, [...company.first, ...numbers]);
    const refreshes = (await company.emulator.record(company.realmId, "token")).filter((call) =>
      call.request_body.includes("refresh_token"),
    );
    expect(refreshes).toHaveLength(1);
  });

  it("a token that goes on being refused although it is new: Reconnect needed, nothing failed", async () => {
    const company = await connected();
    const mend = await company.emulator.bend({ scenario: "token_revoked", realm_id: company.realmId, times: 1_000 });
    const number = await deliver(company);
    const waiting = await lookUntil(company, number, "waiting with an error", (invoice) => invoice.error !== null);
    expect(waiting.error).toMatchObject({ category: "authentication", code: "3200" });
    // Sending: the next try is under way already, and the error is that of the one before.
    expect(["queued", "held", "sending"]).toContain(waiting.push_status);
    await mend();
    await reachesStatus(company, number, "sent");
    await expectInBooksOnce(company, [...company.first, number]);
  });
});

describe.concurrent("a company that takes nothing for a while", () => {
  it("subscription lapsed: held; Check configuration after it is paid lets all go on", async () => {
    const company = await connected();
    await company.emulator.changeCompany(company.realmId, { subscription_status: "EXPIRED" });
    const numbers = await deliverMany(company, BACKLOG);
    await everyStatus(company, numbers, "held");
    const tries = (await createCalls(company)).length;
    await company.api.call("POST", `/connections/${company.connectionId}/check`, {});
    await everyStatus(company, numbers, "held");
    expect((await createCalls(company)).length).toBe(tries);
    await company.emulator.changeCompany(company.realmId, { subscription_status: "PAID" });
    await company.api.call("POST", `/connections/${company.connectionId}/check`, {});
    await everyStatus(company, numbers, "sent");
    await expectInBooksOnce(company, [...company.first, ...numbers]);
    await expectInOrder(company, numbers);
  });

  it("6190 inside a 200 holds as well", async () => {
    const company = await connected({ reply_6190_as_200: true });
    await company.emulator.changeCompany(company.realmId, { subscription_status: "EXPIRED" });
    const [number = ""] = await deliverMany(company, 1);
    expect((await reachesStatus(company, number, "held")).error).toMatchObject({
      category: "subscription",
      code: "6190",
    });
  });

  it("429: everything of the company pauses for a minute and says so (that it goes on is in test/proof)", async () => {
    const company = await connected();
    await company.emulator.bend({
      scenario: "throttled",
      realm_id: company.realmId,
      kinds: ["create_invoice"],
      times: 1,
    });
    const first = await deliver(company);
    const { next_attempt_at: nextAt } = await lookUntil(
      company,
      first,
      "put off",
      ({ error }) => error?.category === "rate_limited",
    );
    const calls = await company.emulator.record(company.realmId);
    const refusedAt = Number(calls.find((call) => call.status === 429)?.at_ms);
    expect(Date.parse(nextAt ?? "") - refusedAt).toBeGreaterThan(59_000);
    const numbers = await deliverMany(company, BACKLOG);
    const put = await Promise.all(
      numbers.map((number) =>
        lookUntil(
          company,
          number,
          "put off",
          (invoice) => Date.parse(invoice.next_attempt_at ?? "") - refusedAt > 59_000,
        ),
      ),
    );
    expect(put.map((invoice) => invoice.push_status)).toEqual(numbers.map(() => "queued"));
    expect(await company.emulator.record(company.realmId)).toHaveLength(calls.length);
  });

  it("switches off: held; on: sent, what was Not sent stays so", async () => {
    const company = await connected();
    await patch(company, "instances", { auto_invoice: false });
    const [notSent = ""] = await deliverMany(company, 1);
    await reachesStatus(company, notSent, "not_sent");
    await patch(company, "instances", { auto_invoice: true });
    const { queued, mend } = await keepQueued(company);
    for (const what of ["connections", "instances"] as const) {
      await patch(company, what, { enabled: false });
      await reachesStatus(company, queued, "held");
      const refused = await sendByHand(company, notSent);
      expect(refused).toMatchObject({ status: "refused", error: { category: "integration_disabled" } });
      await patch(company, what, { enabled: true });
      await reachesStatus(company, queued, "queued");
    }
    await mend();
    await reachesStatus(company, queued, "sent");
    await reachesStatus(company, notSent, "not_sent");
    expect(await sendByHand(company, notSent)).toMatchObject({ status: "queued" });
    await reachesStatus(company, notSent, "sent");
    await expectInBooksOnce(company, [...company.first, notSent, queued]);
  });
});

/** A company whose customer, item and accounts are known, so that what follows is about its connection only. */
async function connected(settings = {}): Promise<TestCompany & { first: string[] }> {
  const company = await setUpCompany({ company: settings });
  const first = await deliver(company);
  await settled(company, 1);
  await expectAllSent(company, [first]);
  return { ...company, first: [first] };
}

/** An invoice that waits for its next try, since its buyer can't be made until `mend` is called. */
async function keepQueued(company: TestCompany): Promise<{ queued: string; mend: () => Promise<void> }> {
  const mend = await company.emulator.bend({
    scenario: "unavailable_before",
    realm_id: company.realmId,
    kinds: ["create_customer"],
    times: 1_000,
  });
  const queued = await deliver(company, { customer: { id: "B-2", name: "Hillside Bakery" } });
  await lookUntil(
    company,
    queued,
    "queued for another try",
    (invoice) => invoice.push_status === "queued" && invoice.error !== null,
  );
  return { queued, mend };
}

/** QuickBooks got them in the order in which they were waiting, as far as six at once can keep it. */
async function expectInOrder(company: TestCompany, numbers: readonly string[]): Promise<void> {
  const invoices = (await company.emulator.list(company.realmId, "invoice")).toSorted(
    (a, b) => Number(a.Id) - Number(b.Id),
  );
  const order = invoices.map((invoice) => String(invoice["DocNumber"])).filter((number) => numbers.includes(number));
  for (const [place, number] of numbers.entries()) {
    expect(Math.abs(order.indexOf(number) - place), `${number} in ${order.join(", ")}`).toBeLessThan(PUSHES_AT_ONCE);
  }
}

async function stateOf(company: TestCompany): Promise<string> {
  return (await findConnection(company.api, company.realmId)).state;
}

/** Presses Reconnect to QuickBooks and approves; answers where one lands. */
async function reconnect(company: TestCompany, realmId = company.realmId): Promise<string> {
  return connectCompany(company.visitor, company.emulator.origin, realmId, company.connectionId);
}

async function expectBanner(company: TestCompany, waiting: number): Promise<void> {
  const { company_name: name } = await findConnection(company.api, company.realmId);
  const page = await readPage(company, "/activity");
  expect(page).toMatch(new RegExp(`${name}[^.]*\\. ${waiting} invoices are waiting\\. Reconnect to QuickBooks`));
}

function patch(
  company: TestCompany,
  what: "connections" | "instances",
  body: Record<string, unknown>,
): Promise<unknown> {
  return company.api.call(
    "PATCH",
    `/${what}/${what === "connections" ? company.connectionId : company.instanceId}`,
    body,
  );
}

async function sendByHand(company: TestCompany, number: string): Promise<unknown> {
  const invoice = (await listInvoices(company)).find((one) => one.number === number);
  const answer = await company.api.call<{ data: unknown[] }>("POST", "/invoices/send", { invoice_ids: [invoice?.id] });
  return answer.data[0];
}
