/**
 * What an instance's order system has sent lately, and how many requests had a wrong signature. Only markup.
 */
import type { WrongSignatureSum } from "../../inbox/delivery-counts.ts";
import type { DeliveryRow } from "../../inbox/list-deliveries.ts";
import type { Instance } from "../../instances/instance.ts";
import { plural } from "../../platform/words.ts";
import { Instant } from "../../ui/time.tsx";
import { type DeliveryNames, DeliveryTable } from "../deliveries/deliveries-view.tsx";

export interface RecentDeliveriesProps {
  instance: Instance;
  rows: DeliveryRow[];
  names: DeliveryNames;
  /** Of the last 7 days. */
  wrong: WrongSignatureSum | null;
  now: Date;
}

export function RecentDeliveries({ instance, rows, names, wrong, now }: RecentDeliveriesProps) {
  return (
    <section class="card" aria-labelledby="deliveries-title" id="deliveries">
      <div class="card-head">
        <h2 id="deliveries-title">Recent deliveries</h2>
        {rows.length > 0 && <a href={`/deliveries?instance=${instance.id}`}>All deliveries</a>}
      </div>
      {wrong && (
        <div class="notice notice-note">
          <p>
            {`${plural(wrong.count, "delivery", "deliveries")} with a wrong signature in the last 7 days, the last `}
            <Instant at={wrong.lastAt} now={now} />. If this is your order system, give it the signing secret above
            again and check its clock.
          </p>
        </div>
      )}
      {rows.length === 0 ? (
        <p class="muted">
          Nothing has been accepted or refused yet. Send a sample order, or point your order system at the webhook URL.
        </p>
      ) : (
        <DeliveryTable caption="Recent deliveries" rows={rows} names={names} now={now} isOfOneInstance />
      )}
    </section>
  );
}
