/**
 * Watches a company through the emulator's books and record alone, without a single request to the app.
 */
import { z } from "zod";
import type { Emulator, QboEntity, RecordedCall } from "../harness/emulator.ts";

const LOOK_EVERY_MS = 500;

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
