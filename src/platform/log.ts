/**
 * One wide JSON line per unit of work. Never a secret, never a customer's data: IDs, counts, names of
 * outcomes and durations (`…Ms`) only.
 */

/** Writes one line: `event` names the unit of work, e.g. `push.settled`. */
export function log(event: string, fields: Record<string, unknown>): void {
  console.log(JSON.stringify({ event, at: new Date().toISOString(), ...fields }));
}
