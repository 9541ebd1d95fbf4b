/**
 * How big the database is and when it will be full, on the status page, with a warning when that is near. Only markup.
 */
import type { DatabaseStatus } from "../../actions/status-report.ts";
import { formatNumber } from "../../platform/words.ts";
import { Facts } from "../../ui/facts.tsx";
import { Notice } from "../../ui/notice.tsx";
import { displayDate } from "../../ui/time.tsx";

const DAY_MS = 24 * 3_600_000;
/** How long before it is full people are warned: enough time to plan a second installation. */
const WARN_DAYS = 90;

export function DatabaseCard({ database }: { database: DatabaseStatus | null }) {
  return (
    <section class="card" aria-labelledby="database-title">
      <h2 id="database-title">Database</h2>
      {database ? (
        <Facts
          rows={[
            ["Size", `${sizeInWords(database.bytes)} of ${sizeInWords(database.limit_bytes)}`],
            ["Growth", growthInWords(database)],
            ["Full", fullInWords(database)],
          ]}
        />
      ) : (
        <p class="muted">Its size is not known.</p>
      )}
    </section>
  );
}

/** Nothing unless the database will be full within 90 days. */
export function FullSoonNotice({ database, now }: { database: DatabaseStatus | null; now: Date }) {
  if (!database?.full_on || Date.parse(database.full_on) > now.getTime() + WARN_DAYS * DAY_MS) return null;
  return (
    <Notice tone="bad">
      <h2>
        {database.bytes >= database.limit_bytes
          ? "The database is full"
          : `The database will be full on ${displayDate(database.full_on)} at the present pace`}
      </h2>
      <p>
        {`It holds ${sizeInWords(database.bytes)} of ${sizeInWords(database.limit_bytes)}, which is Cloudflare's limit. When it is full, nothing can be received or sent, and order systems are asked to try again later. Before that, set up a second Bookbridge and point some of the order systems at it.`}
      </p>
    </Notice>
  );
}

function growthInWords({ bytes_per_day: pace }: DatabaseStatus): string {
  if (pace === null) return "known tomorrow";
  return pace === 0 ? "none in the last 30 days" : `${sizeInWords(pace)} a day`;
}

function fullInWords({ bytes, limit_bytes: limit, bytes_per_day: pace, full_on: fullOn }: DatabaseStatus): string {
  if (bytes >= limit) return "now";
  if (pace === null) return "known tomorrow";
  return fullOn === null ? "not within 100 years at the present pace" : `${displayDate(fullOn)}, at the present pace`;
}

const UNITS = ["bytes", "kB", "MB", "GB"];

/** `9480` → `9.5 kB`; powers of 1,000, as Cloudflare counts. */
export function sizeInWords(bytes: number): string {
  let [size, unit] = [bytes, 0];
  for (; size >= 1_000 && unit < UNITS.length - 1; unit += 1) size /= 1_000;
  const rounded = unit > 0 && size < 10 ? Number(size.toFixed(1)) : Math.round(size);
  return `${formatNumber(rounded)} ${UNITS[unit]}`;
}
