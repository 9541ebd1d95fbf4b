/**
 * Sends random orders into one company and asks, of each, whether what QuickBooks makes of it is the order's total to the
 * minor unit, or nothing is booked and the reason is true. `npm test` runs a few, `npm run proof` 100,000 in each company.
 */
import { contentOf } from "../../make-content.ts";
import { SeededRandom } from "../../../simulation/random.ts";
import { make } from "../tax-fixture.ts";
import type { Company } from "./companies.ts";
import { compare, exact } from "./exact.ts";
import { faultsOf, untruthOf } from "./judge.ts";
import { type ShopOrder, randomOrder } from "./shop.ts";

export interface Findings {
  booked: number;
  /** By reason. */
  refused: Record<string, number>;
}

const REASONS: readonly [string, RegExp][] = [
  ["sales tax is off", /sales tax is off/],
  ["rates are not stated", /does not state/],
  ["no code is set", /Sales tax code is not set/],
  ["the code gives another tax", /by the tax code/],
];

/** Throws at the first order that is not right, with the order. */
export function runOrders(company: Company, count: number, seed: number): Findings {
  const random = new SeededRandom(seed);
  const findings: Findings = { booked: 0, refused: {} };
  for (let serial = 1; serial <= count; serial += 1) {
    const order = randomOrder(random, company, serial);
    try {
      judge(order, company, findings);
    } catch (cause) {
      const at = `Order ${serial} of seed ${seed} in '${company.name}': ${JSON.stringify(order.wire)}`;
      throw new Error(`${at}: ${String(cause)}`, { cause });
    }
  }
  return findings;
}

function judge(order: ShopOrder, company: Company, findings: Findings): void {
  const content = contentOf(order.wire);
  const made = make(content, company.connection);
  if ("refused" in made) {
    const untruth = untruthOf(made.refused.message, order, company.judged);
    if (untruth !== null) throw new Error(`Refused without reason (${untruth}): ${made.refused.message}`);
    checkWarned(order, company, made.refused.message);
    const reason = REASONS.find(([, pattern]) => pattern.test(made.refused.message))?.[0] ?? made.refused.category;
    findings.refused[reason] = (findings.refused[reason] ?? 0) + 1;
    return;
  }
  const faults = faultsOf(made.json, order, company.judged);
  if (faults.length > 0) throw new Error(`${faults.join("; ")}: ${made.json}`);
  const entered = company.enter(made.json);
  if (
    compare(exact(entered.total), exact(order.wire.total)) !== 0 ||
    compare(exact(entered.tax), exact(order.wire.tax)) !== 0
  )
    throw new Error(`QuickBooks makes ${entered.tax} of tax and ${entered.total} of it: ${made.json}`);
  findings.booked += 1;
}

/** 'Send with a warning' books what the refusal said that QuickBooks would make. */
function checkWarned(order: ShopOrder, company: Company, message: string): void {
  const named = /a (tax|total) of ([\d.]+) /.exec(message);
  if (!named) return;
  const made = make(contentOf(order.wire), { ...company.connection, totalPolicy: "warn" });
  if ("refused" in made) throw new Error(`Refused in spite of the setting: ${made.refused.message}`);
  const entered = company.enter(made.json);
  if (compare(exact(named[1] === "tax" ? entered.tax : entered.total), exact(named[2] ?? "")) !== 0)
    throw new Error(
      `QuickBooks makes ${entered.tax} and ${entered.total}, which is not what was announced: ${message}`,
    );
}
