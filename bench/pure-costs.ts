/**
 * What the pure steps of an invoice cost: reading a delivery whole, and making QuickBooks' payload. Told in proportion to
 * JSON.parse of the same text, since that is what no reader of JSON can do without.
 */
import { invoiceCreated, readNorthwindOrders, shiftToYesterday } from "../scripts/demo/northwind.ts";
import { parseEvent } from "../src/inbox/events.ts";
import { toQboInvoice } from "../src/mapping/to-qbo-invoice.ts";
import { mappingOf, NOW } from "./company-history.ts";
import { median } from "./median.ts";

const ROUNDS = 15;

export interface PureCost {
  name: string;
  /** Of one invoice, in the median round over all 830. */
  microseconds: number;
  /** In proportion to JSON.parse of the delivery. */
  ratio: number;
}

export function measurePureSteps(): PureCost[] {
  const texts = shiftToYesterday(readNorthwindOrders(), NOW).map((order) => JSON.stringify(invoiceCreated(order, NOW)));
  const inputs = texts.map((text) => {
    const parsed = parseEvent(text);
    if (!parsed.ok || parsed.event.type !== "invoice.created") throw new Error("A Northwind order is not accepted");
    return mappingOf("01900000-0000-7000-8000-000000000000", parsed.event.content);
  });
  const steps: [string, () => void][] = [
    ["JSON.parse of a delivery", () => texts.forEach((text) => void JSON.parse(text))],
    ["inbox: a delivery read and checked", () => texts.forEach((text) => void parseEvent(text))],
    ["mapping: QuickBooks' payload made", () => inputs.forEach((input) => void toQboInvoice(input))],
  ];
  const times = steps.map((): number[] => []);
  // Turn and turn about, so that a slow moment of the machine meets all of them; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    steps.forEach(([, step], place) => {
      const startedAt = performance.now();
      step();
      if (round > 0) times[place]?.push(performance.now() - startedAt);
    });
  }
  const medians = times.map(median);
  const unit = medians[0] ?? Number.NaN;
  return steps.map(([name], place) => {
    const tookMs = medians[place] ?? Number.NaN;
    return { name, microseconds: (tookMs * 1_000) / texts.length, ratio: tookMs / unit };
  });
}
