/**
 * Deliveries that need a person, on the dashboard and the status page: a refused one may be an order that nobody invoices,
 * one with a wrong signature was not even read. Only markup.
 */
import type { InstanceStatus } from "../../actions/status-report.ts";
import { agree, plural } from "../../platform/words.ts";
import { Instant } from "../../ui/time.tsx";

export function RefusedNotice({ rows, now, isShared }: { rows: InstanceStatus[]; now: Date; isShared: boolean }) {
  const refused = rows.reduce((sum, row) => sum + row.refused_deliveries, 0);
  const wrong = rows.flatMap(({ id, name, wrong_signatures: found }) => (found ? [{ id, name, ...found }] : []));
  if (refused === 0 && wrong.length === 0) return null;
  return (
    <section class={`notice ${refused > 0 ? "notice-bad" : "notice-note"}`} aria-label="Deliveries that need attention">
      {refused > 0 && (
        <p>
          {`${plural(refused, "refused delivery", "refused deliveries")} ${agree(refused, "is", "are")} open: ${agree(refused, "its order", "their orders")} may not be invoiced. `}
          {!isShared && <a href="/deliveries?outcome=unsettled">{agree(refused, "Show it", `Show all ${refused}`)}</a>}
        </p>
      )}
      {wrong.map(({ id, name, count, last_at: lastAt }) => (
        <p>
          {`${name}: ${plural(count, "delivery", "deliveries")} with a wrong signature in the last 24 hours, the last `}
          <Instant at={lastAt} now={now} />.{" "}
          {!isShared && <a href={`/settings/instances/${id}#webhook`}>Check the secret</a>}
        </p>
      ))}
    </section>
  );
}
