/**
 * The figures of a proof: printed as they come, and kept in the file that PROOF_FIGURES names, from which `npm run proof`
 * makes the table at its end.
 */
import { appendFileSync } from "node:fs";

export interface Figure {
  proof: string;
  what: string;
  value: string;
  /** What it is held against. */
  limit: string;
}

/** Notes one figure. */
export function figure(proof: string, what: string, value: string | number, limit: string | number = ""): void {
  const noted: Figure = { proof, what, value: String(value), limit: String(limit) };
  console.log(`${proof}: ${what}: ${noted.value}${noted.limit === "" ? "" : ` (wanted: ${noted.limit})`}`);
  const file = process.env["PROOF_FIGURES"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(noted)}\n`);
}

/** Milliseconds as seconds. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
