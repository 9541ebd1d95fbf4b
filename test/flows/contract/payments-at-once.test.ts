/**
 * docs/contract.md, section 7, and the budget of metered reads: payments entered all at once show on their invoices,
 * each for one read of the payment and one of its invoice, and the invoices that are due at the same time don't wait
 * for that.
 */
import { expect, test } from "vitest";
import { setUpCompany, sharedStack } from "../../harness/app.ts";
import { payAtOnce } from "../../harness/pay-at-once.ts";

const PAID = 10;
const DUE = 4;
const SENT_LIMIT_MS = 30_000;

test("10 payments at once while 4 invoices are due: one read each, and the invoices go out", async () => {
  const company = await setUpCompany();
  const end = await payAtOnce(company, sharedStack(), { paid: PAID, due: DUE });
  expect(end.shownPaid).toBe(PAID);
  const paths = [...end.readsOf.keys()];
  expect(paths.filter((path) => path.startsWith("payment/"))).toHaveLength(PAID);
  expect(paths.filter((path) => path.startsWith("invoice/"))).toHaveLength(PAID);
  expect([...end.readsOf].filter(([, count]) => count > 1)).toEqual([]);
  expect(end.readsOf.size).toBe(2 * PAID);
  expect(end.allSentMs).toBeLessThanOrEqual(SENT_LIMIT_MS);
});
