/**
 * What is wrong with deliveries right now, for the alerts: refused ones that are open, and wrong signatures. Each may be an
 * order that nobody invoices. It names the tables directly, since this folder may not import inbox/; it only reads, and
 * only from partial indexes, since the cron asks every minute. No customer data: names of instances and counts.
 */
import { sql } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { agree, plural } from "../platform/words.ts";
import type { Condition } from "./alert-conditions.ts";

/** A wrong signature is reported for this time, at most an hour longer. */
const WRONG_SIGNATURE_MS = 3_600_000;

const KIND = "deliveries.refused";

interface Found {
  instanceId: string;
  name: string;
  count: number;
}

/** One condition for each instance and cause. */
export async function deliveryConditions(db: Db, now: Date, appOrigin: string): Promise<Condition[]> {
  const [refused, wrong] = await Promise.all([listRefused(db), listWrong(db, now)]);
  return [
    ...refused.map((found) =>
      conditionOf(found, {
        cause: "refused",
        message: `${found.name}: ${plural(found.count, "refused delivery", "refused deliveries")} ${agree(found.count, "is", "are")} open. ${agree(found.count, "Its order is", "Their orders are")} not invoiced unless ${agree(found.count, "it is", "they are")} corrected and sent again.`,
        url: `${appOrigin}/deliveries?outcome=unsettled&instance=${found.instanceId}`,
      }),
    ),
    ...wrong.map((found) =>
      conditionOf(found, {
        cause: "wrong_signature",
        message: `${found.name}: ${plural(found.count, "delivery", "deliveries")} with a wrong signature within an hour. Check the signing secret in the order system.`,
        url: `${appOrigin}/deliveries#wrong-signatures`,
      }),
    ),
  ];
}

function conditionOf(
  { instanceId, name, count }: Found,
  { cause, message, url }: { cause: "refused" | "wrong_signature"; message: string; url: string },
): Condition {
  return {
    key: `${KIND}:${instanceId}:${cause}`,
    kind: KIND,
    about: { instance_id: instanceId, instance_name: name, cause },
    details: { deliveries: count, message, url },
  };
}

function listRefused(db: Db): Promise<Found[]> {
  return db.all<Found>(sql`
    SELECT open.instance_id AS instanceId, coalesce(instances.name, open.instance_id) AS name, open.count AS count
    FROM (SELECT instance_id, count(*) AS count FROM order_events INDEXED BY order_events_unsettled
      WHERE outcome = 'rejected' AND settled_at IS NULL GROUP BY instance_id) AS open
    LEFT JOIN instances ON instances.id = open.instance_id`);
}

function listWrong(db: Db, now: Date): Promise<Found[]> {
  const hour = new Date(now.getTime() - WRONG_SIGNATURE_MS).toISOString().slice(0, "2026-11-20T10".length);
  return db.all<Found>(sql`
    SELECT wrong.instance_id AS instanceId, coalesce(instances.name, wrong.instance_id) AS name, wrong.count AS count
    FROM (SELECT instance_id, sum(wrong_signatures) AS count FROM delivery_counts INDEXED BY delivery_counts_wrong
      WHERE wrong_signatures > 0 AND hour >= ${hour} GROUP BY instance_id) AS wrong
    LEFT JOIN instances ON instances.id = wrong.instance_id`);
}
