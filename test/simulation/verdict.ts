/**
 * The oracle's terms: a row as stored, and the error thrown if the world is not as it must be.
 */
import type { InvoiceRow } from "../../src/invoicing/invoice-row.ts";

export type Row = InvoiceRow;

/** Thrown if the world is not as it must be. */
export class Violation extends Error {}

export function demand(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Violation(what);
}

/** The codes of the row's warnings. */
export function warningsOf(row: Row): string[] {
  const warnings: { code: string }[] = JSON.parse(row.warnings);
  return warnings.map(({ code }) => code);
}

export function hasWarning(row: Row, code: string): boolean {
  return warningsOf(row).includes(code);
}
