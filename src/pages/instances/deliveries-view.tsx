/**
 * What an instance's order system has sent lately, and what became of it. Only markup: it reads nothing and decides
 * nothing.
 */
import { type DeliveryRow, isBodyKept } from "../../inbox/deliveries.ts";
import type { Instance } from "../../instances/instance.ts";
import { HISTORY_KEPT_DAYS } from "../../platform/limits.ts";
import type { FieldError } from "../../platform/problem.ts";
import { Badge } from "../../ui/badge.tsx";
import { Table } from "../../ui/table.tsx";
import { Instant } from "../../ui/time.tsx";

/** One delivery as the page lists it, its errors parsed. */
export type DeliveryView = Omit<DeliveryRow, "errors"> & { errors: FieldError[] };

export function Deliveries({
  instance,
  rows,
  now,
  mayReplay,
}: {
  instance: Instance;
  rows: DeliveryView[];
  now: Date;
  mayReplay: boolean;
}) {
  return (
    <section class="card" aria-labelledby="deliveries-title" id="deliveries">
      <h2 id="deliveries-title">Recent deliveries</h2>
      {rows.length === 0 ? (
        <p class="muted">
          Nothing has arrived yet. Send the sample above, or point your order system at the webhook URL.
        </p>
      ) : (
        <Table
          caption="Recent deliveries"
          rows={rows}
          columns={[
            {
              label: "Event",
              isTitle: true,
              isLong: true,
              cell: (row) => (
                <>
                  {row.type ?? "unreadable"}
                  <br />
                  <span class="muted small">{row.webhookId}</span>
                </>
              ),
            },
            { label: "Received", isTight: true, cell: (row) => <Instant at={row.receivedAt} now={now} /> },
            { label: "Outcome", cell: (row) => <DeliveryOutcome row={row} /> },
            {
              label: "Invoice",
              isTight: true,
              cell: (row) => (row.invoiceId ? <a href={`/invoices/${row.invoiceId}`}>Open invoice</a> : ""),
            },
            ...(mayReplay
              ? [
                  {
                    label: "",
                    hiddenLabel: "Actions",
                    isTight: true,
                    cell: (row: DeliveryView) =>
                      isBodyKept(row, now) ? (
                        <form method="post" action={`/settings/instances/${instance.id}/deliveries/${row.id}/replay`}>
                          <button type="submit" class="button small" aria-label={`Replay ${row.webhookId}`}>
                            Replay
                          </button>
                        </form>
                      ) : (
                        <span class="muted small">{`Older than ${HISTORY_KEPT_DAYS} days: its body is no longer kept`}</span>
                      ),
                  },
                ]
              : []),
          ]}
        />
      )}
    </section>
  );
}

function DeliveryOutcome({ row }: { row: DeliveryView }) {
  return (
    <>
      <Badge
        tone={row.outcome === "accepted" ? "good" : "bad"}
        label={row.outcome === "accepted" ? "Accepted" : "Rejected"}
      />{" "}
      <span class="muted small">{`${row.httpStatus}${row.effect ? ` · ${row.effect}` : ""}`}</span>
      {row.errors.length > 0 && (
        <ul class="small">
          {row.errors.map((error) => (
            <li>
              <code>{error.path}</code> {error.message}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
