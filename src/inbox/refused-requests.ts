/**
 * The refused requests of one instance: a Durable Object, so that their pace and the wrong signatures are counted in one
 * place, whichever Worker refused them. Accepted deliveries never come here. Anybody can send a wrong signature, so the
 * counts are written to D1 at most once a minute; what was counted since the last write is lost if the object ends
 * abruptly, and counted twice if a write committed without an answer. The count tells people that a secret is wrong: for
 * that it is exact enough.
 */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import { causeText } from "../platform/cause.ts";
import { openDb } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { countWrongSignatures } from "./delivery-counts.ts";
import { RefusalPace } from "./refusal-pace.ts";

const WRITE_EVERY_MS = 60_000;

export class RefusedRequests extends DurableObject<Env> {
  readonly #pace = new RefusalPace();
  #instanceId = "";
  /** Wrong signatures that are not written yet. */
  #waiting = 0;
  #lastAt = "";

  /** Counts one. Returns 0, or the ms to wait where refused requests come too fast. */
  async count(instanceId: string, isWrongSignature: boolean, now: Date): Promise<number> {
    const waitMs = this.#pace.take(now.getTime());
    if (waitMs > 0 || !isWrongSignature) return waitMs;
    this.#instanceId = instanceId;
    this.#waiting += 1;
    this.#lastAt = now.toISOString();
    // While the alarm is set, the last write is less than a minute ago.
    if ((await this.ctx.storage.getAlarm()) === null) await this.#write();
    return 0;
  }

  override async alarm(): Promise<void> {
    if (this.#waiting > 0) await this.#write();
  }

  async #write(): Promise<void> {
    const count = this.#waiting;
    this.#waiting = 0;
    await this.ctx.storage.setAlarm(Date.now() + WRITE_EVERY_MS);
    try {
      await countWrongSignatures(openDb(this.env.DB), { instanceId: this.#instanceId, count, lastAt: this.#lastAt });
    } catch (cause) {
      this.#waiting += count;
      log("order_event.count_failed", { instanceId: this.#instanceId, cause: causeText(cause) });
    }
  }
}
