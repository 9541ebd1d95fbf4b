/**
 * A difference between what was requested and what QuickBooks has, worded for people. A document has at most one warning
 * per code; each code is defined where it is raised. Pure.
 */
import { z } from "zod";

export const warningSchema = z.object({ code: z.string(), message: z.string() });
export type Warning = z.infer<typeof warningSchema>;

const warningList = z.array(warningSchema);

/** Reads a `warnings` column. */
export function readWarnings(text: string | null): Warning[] {
  return text === null ? [] : warningList.parse(JSON.parse(text));
}

/** Adds the warning to the column; it replaces an older one with the same code. */
export function withWarning(text: string, warning: Warning): string {
  return JSON.stringify([...readWarnings(withoutWarnings(text, [warning.code])), warning]);
}

/** The column without warnings of these codes. */
export function withoutWarnings(text: string, codes: readonly string[]): string {
  return JSON.stringify(readWarnings(text).filter(({ code }) => !codes.includes(code)));
}
