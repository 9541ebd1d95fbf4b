/**
 * A void or a cancellation that comes while nobody knows whether QuickBooks has the invoice: it is remembered, and done
 * when that is known. Nothing that was voided here stands in the books with an amount, and nothing is sent afterwards.
 */
import { describe, expect, it, vi } from "vitest";
import { setUpCompany, type TestCompany } from "../../harness/app.ts";
import { createCalls, deliver, lookUntil, reachesStatus } from "./books.ts";

describe.concurrent("a void while the outcome is open", () => {
  for (const how of ["order system", "API"] as const) {
    it(`by the ${how}: remembered, then voided in QuickBooks too`, async () => {
      const company = await setUpCompany();
      await company.emulator.bend({
        scenario: "dropped_after",
        realm_id: company.realmId,
        kinds: ["create_invoice"],
        times: 1,
      });
      const number = await deliver(company);
      const { id } = await reachesStatus(company, number, "unknown");
      await voidBy(how, company, number, id);
      await reachesStatus(company, number, "voided");
      expect(await booksOf(company)).toEqual([{ number, total: "0", isVoided: true }]);
      expect(await createCalls(company)).toHaveLength(1);
    });
  }

  it("during the call itself: the same", async () => {
    const company = await setUpCompany();
    await company.emulator.bend({
      scenario: "hang",
      realm_id: company.realmId,
      kinds: ["create_invoice"],
      times: 1,
      options: { seconds: 4 },
    });
    const number = await deliver(company);
    await vi.waitFor(async () => expect(await createCalls(company)).toHaveLength(1), { timeout: 15_000 });
    const { id } = await reachesStatus(company, number, "sending");
    await voidBy("API", company, number, id);
    await reachesStatus(company, number, "voided");
    expect(await booksOf(company)).toEqual([{ number, total: "0", isVoided: true }]);
  });

  it("a void whose own answer is lost is found, not sent again", async () => {
    const company = await setUpCompany();
    const number = await deliver(company);
    const { id } = await reachesStatus(company, number, "sent");
    await company.emulator.bend({
      scenario: "dropped_after",
      realm_id: company.realmId,
      kinds: ["void_invoice"],
      times: 1,
    });
    await voidBy("API", company, number, id);
    await reachesStatus(company, number, "voided");
    expect(await booksOf(company)).toEqual([{ number, total: "0", isVoided: true }]);
    expect(await company.emulator.record(company.realmId, "void_invoice")).toHaveLength(1);
  });

  it("a create that was refused while its void was remembered is voided here, and nothing goes out any more", async () => {
    const company = await setUpCompany();
    await company.emulator.bend({
      scenario: "fault",
      realm_id: company.realmId,
      kinds: ["create_customer"],
      times: 1_000,
      options: { code: "10000", status: 500 },
    });
    const number = await deliver(company);
    const { id } = await lookUntil(company, number, "queued for another try", (invoice) => invoice.error !== null);
    await voidBy("API", company, number, id);
    await reachesStatus(company, number, "voided");
    expect(await booksOf(company)).toEqual([]);
    expect(await createCalls(company)).toEqual([]);
  });
});

async function voidBy(how: "order system" | "API", company: TestCompany, number: string, id: string): Promise<void> {
  if (how === "API") {
    await company.api.call("POST", `/invoices/${id}/void`, {});
    return;
  }
  const event = { type: "invoice.voided", timestamp: new Date().toISOString(), data: { id: `I-${number}` } } as const;
  expect(await company.orders.send(event)).toMatchObject({ status: 202 });
}

async function booksOf(company: TestCompany): Promise<{ number: string; total: string; isVoided: boolean }[]> {
  return (await company.emulator.list(company.realmId, "invoice")).map((invoice) => ({
    number: String(invoice["DocNumber"]),
    total: String(invoice["TotalAmt"]),
    isVoided: String(invoice["PrivateNote"]).startsWith("Voided"),
  }));
}
