/**
 * Watches a company through the emulator's books and record alone, without a single request to the app.
 */
import { z } from "zod";
import type { Emulator, QboEntity, RecordedCall } from "../harness/emulator.ts";

const LOOK_EVERY_MS = 500;
const IN_FLIGHT_EVERY_MS = 50;

const numbered = z.object({ DocNumber: z.string() });

/** Document numbers in the books, sorted; a number that is there twice is in the list twice. */
export async function numbersInBooks(emulator: Emulator, realmId: string): Promise<string[]> {
  const invoices = await emulator.list(realmId, "invoice");
  return invoices.map((invoice: QboEntity) => String(invoice["DocNumber"])).toSorted();
}

/** When the call arrived that created each document number (epoch ms by the emulator's clock). */
export async function committedAt(emulator: Emulator, realmId: string): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const call of await emulator.record(realmId, "create_invoice")) {
    if (!call.committed) continue;
    const number = documentNumberOf(call);
    if (!times.has(number)) times.set(number, call.at_ms);
  }
  return times;
}

/** The document number that a create carried. */
export function documentNumberOf(call: RecordedCall): string {
  return numbered.parse(JSON.parse(call.request_body)).DocNumber;
}

/** Looks until the books hold at least `count` invoices; it only has them counted, so that looking costs the machine little. */
export async function untilCount(emulator: Emulator, realmId: string, count: number, limitMs: number): Promise<void> {
  const until = Date.now() + limitMs;
  for (;;) {
    const page = await emulator.call<{ count: number }>(
      "GET",
      `/control/companies/${realmId}/entities/invoice?limit=1`,
    );
    if (page.count >= count) return;
    if (Date.now() > until) throw new Error(`The books hold ${page.count} of ${count} invoices after ${limitMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Looks until `isThere` is true of the numbers in the books; throws when that takes too long. */
export async function untilBooks(
  emulator: Emulator,
  realmId: string,
  isThere: (numbers: string[]) => boolean,
  limitMs: number,
): Promise<string[]> {
  const until = Date.now() + limitMs;
  for (;;) {
    const numbers = await numbersInBooks(emulator, realmId);
    if (isThere(numbers)) return numbers;
    if (Date.now() > until) throw new Error(`The books hold ${numbers.length} invoices after ${limitMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Looks until a create of an invoice has arrived and is not answered yet. */
export async function untilInFlight(emulator: Emulator, realmId: string, limitMs: number): Promise<void> {
  let after = (await emulator.record(realmId)).at(-1)?.seq ?? 0;
  const until = Date.now() + limitMs;
  while (Date.now() < until) {
    const path = `/control/record?realm_id=${realmId}&kind=create_invoice&after=${after}&limit=100`;
    const { data } = await emulator.call<{ data: RecordedCall[] }>("GET", path);
    if (data.some((call) => call.status === null)) return;
    after = data.at(-1)?.seq ?? after;
    await new Promise((resolve) => setTimeout(resolve, IN_FLIGHT_EVERY_MS));
  }
  throw new Error(`No invoice was on its way within ${limitMs} ms.`);
}
