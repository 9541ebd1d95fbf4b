/**
 * The gate of a company, with the rules of its alarm and circuit removed one at a time. See broken-rules.ts.
 */
import { RealmGate } from "../../src/connections/realm-gate.ts";
import { isOut } from "./broken.ts";

/** A gate that sets its alarm to the last reported time, whatever was armed meanwhile. */
export class BreakableGate extends RealmGate {
  override async nextDue(atMs: number | null, seen?: number): Promise<void> {
    if (isOut("a late report puts nothing off")) return super.nextDue(atMs);
    if (!isOut("an alarm is never moved behind what was armed")) return super.nextDue(atMs, seen);
    if (atMs === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(atMs);
  }
}
