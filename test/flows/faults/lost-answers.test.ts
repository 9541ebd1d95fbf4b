/**
 * QuickBooks did the work and the answer was lost or can't be read: the invoice is looked up, found by our mark, and is
 * in the books exactly once. What was lost before the work was done takes 150 s by design: test/proof has those.
 */
import { describe, expect, it } from "vitest";
import { setUpCompany, settled } from "../../harness/app.ts";
import type { ScenarioRequest } from "../../harness/emulator.ts";
import {
  createCalls,
  deliver,
  deliverMany,
  expectAllSent,
  expectInBooksOnce,
  reachesStatus,
  readInvoice,
} from "./books.ts";

const ORDERS = 20;
/** The first look comes 5 s after the send, the next in time before the 150 s after which it could be sent again. */
const FOUND_LIMIT_MS = 100_000;
/** One in five; with this seed no three answers in a row are lost, which would pause the company for a minute. */
const ONE_IN_FIVE = { probability: 0.2, seed: 7 };

/** Every way in which an answer is none although the invoice was made. */
const SPOILT: { name: string; bend: Omit<ScenarioRequest, "realm_id">; status: number | null }[] = [
  { name: "a dropped connection", bend: { scenario: "dropped_after" }, status: 200 },
  { name: "502", bend: { scenario: "unavailable_after", options: { status: 502 } }, status: 502 },
  { name: "503", bend: { scenario: "unavailable_after", options: { status: 503 } }, status: 503 },
  { name: "504", bend: { scenario: "unavailable_after", options: { status: 504 } }, status: 504 },
  { name: "500 with fault 10000", bend: { scenario: "system_fault", options: { commit: true } }, status: 500 },
  { name: "an HTML page with status 200", bend: { scenario: "html" }, status: 200 },
  { name: "JSON cut in the middle", bend: { scenario: "truncated_json" }, status: 200 },
  { name: "an empty body", bend: { scenario: "empty_body" }, status: 200 },
  { name: "silence, then a broken connection", bend: { scenario: "hang", options: { seconds: 3 } }, status: 200 },
];

describe("an answer that was lost after QuickBooks did the work", () => {
  for (const honoured of [true, false]) {
    it.concurrent(`one in five, requestid ${honoured ? "honoured" : "not honoured"}: each invoice is there once`, async () => {
      const company = await setUpCompany({ company: { honour_requestid: honoured } });
      await company.emulator.bend({
        scenario: "dropped_after",
        realm_id: company.realmId,
        kinds: ["create_invoice"],
        ...ONE_IN_FIVE,
      });
      const numbers = await deliverMany(company, ORDERS);
      await settled(company, ORDERS);
      await expectAllSent(company, numbers);
      await expectInBooksOnce(company, numbers);
      const creates = await createCalls(company);
      expect(creates.filter((call) => call.scenario === "dropped_after").length).toBeGreaterThan(1);
      expect(creates).toHaveLength(ORDERS);
    });
  }

  for (const { name, bend, status } of SPOILT) {
    it.concurrent(`${name}: found, not sent again`, async () => {
      const company = await setUpCompany();
      await company.emulator.bend({ ...bend, realm_id: company.realmId, kinds: ["create_invoice"], times: 1 });
      const number = await deliver(company);
      const checking = await reachesStatus(company, number, "unknown");
      expect(checking.error).toMatchObject({ category: "unavailable", title: "QuickBooks is unavailable" });
      expect(checking.error?.message).toContain(number);
      await settled(company, 1, FOUND_LIMIT_MS);
      const sent = await readInvoice(company, number);
      expect(sent).toMatchObject({ push_status: "sent", error: null, warnings: [] });
      expect(sent.attempts?.map((attempt) => attempt.outcome)).toEqual(["found", "unanswered"]);
      expect(sent.attempts?.at(-1)).toMatchObject({ number: 1, http_status: status });
      await expectInBooksOnce(company, [number]);
      expect(await createCalls(company)).toHaveLength(1);
    });
  }
});
