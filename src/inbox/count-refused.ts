/**
 * Asks the object that counts an instance's refused requests (refused-requests.ts) whether they come too fast.
 */
import type { Env } from "../env.ts";
import { causeText } from "../platform/cause.ts";
import { log } from "../platform/log.ts";

/**
 * Counts a refused request. Returns 0, or the seconds after which to come back where they come too fast. If the object
 * can't be reached the request is refused as usual: it must not become a 5xx.
 */
export async function countRefused(
  env: Pick<Env, "REFUSED_REQUESTS">,
  instanceId: string,
  kind: "wrong_signature" | "wrong_content",
  now: Date,
): Promise<number> {
  try {
    const object = env.REFUSED_REQUESTS.get(env.REFUSED_REQUESTS.idFromName(instanceId));
    return Math.ceil((await object.count(instanceId, kind === "wrong_signature", now)) / 1_000);
  } catch (cause) {
    log("order_event.pace_unknown", { instanceId, cause: causeText(cause) });
    return 0;
  }
}
