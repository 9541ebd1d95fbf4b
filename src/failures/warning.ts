/**
 * A difference between what was asked for and what QuickBooks has, in words for a person. A document has one warning per
 * code at most; each code is named where it is caused. Pure.
 */
import { z } from "zod";

export const warningSchema = z.object({ code: z.string(), message: z.string() });
export type Warning = z.infer<typeof warningSchema>;

const warningList = z.array(warningSchema);

/** Reads a `warnings` column. */
export function readWarnings(text: string | null): Warning[] {
  return text === null ? [] : warningList.parse(JSON.parse(text));
}

/** The column with the warning in it; an older one of the same code gives way. */
export function withWarning(text: string, warning: Warning): string {
  return JSON.stringify([...readWarnings(withoutWarnings(text, [warning.code])), warning]);
}

/** The column without warnings of these codes. */
export function withoutWarnings(text: string, codes: readonly string[]): string {
  return JSON.stringify(readWarnings(text).filter(({ code }) => !codes.includes(code)));
}
