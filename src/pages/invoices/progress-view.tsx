/**
 * What came of sending many invoices at once: how many are in QuickBooks, how many failed, how many are still on their
 * way. It looks again by itself until the last has ended. Only markup.
 */
import type { Progress } from "../../invoicing/lists/attention.ts";
import { formatNumber, plural } from "../../platform/words.ts";
import { Live } from "../../ui/live.tsx";
import { listUrl } from "../parts/list-address.ts";

export function ProgressPanel({ progress }: { progress: Progress }) {
  const { requestedAt, total, open } = progress;
  if (total === 0) return null;
  const tone = open > 0 ? "notice-note" : progress.failed > 0 ? "notice-bad" : "notice-good";
  return (
    <Live id="progress" url={`/invoices/progress?at=${requestedAt}`} pace={open > 0 ? "fast" : "no"}>
      <section class={`notice ${tone}`} aria-label="What was sent">
        <p role="status">
          <strong>{headOf(progress)}</strong> {progressWords(progress)}
        </p>
        <progress max={total} value={total - open} aria-label="Sent" />
        <p>
          <a
            href={listUrl("/invoices", { requested: requestedAt })}
          >{`Show ${total === 1 ? "it" : `these ${formatNumber(total)}`}`}</a>
        </p>
      </section>
    </Live>
  );
}

function headOf({ total, open }: Progress): string {
  return open > 0 ? `Sending ${plural(total, "invoice")}:` : `Of ${plural(total, "invoice")}:`;
}

/** `20 sent, 2 failed, 1 on its way.` */
export function progressWords({ total, sent, failed, held, open, other }: Progress): string {
  if (open === 0 && sent === total) return "all are in QuickBooks.";
  const parts = [
    `${formatNumber(sent)} sent`,
    `${formatNumber(failed)} failed`,
    held > 0 && `${formatNumber(held)} held`,
    open > 0 && `${formatNumber(open)} on the way`,
    other > 0 && `${formatNumber(other)} not sent`,
  ];
  return `${parts.filter(Boolean).join(", ")}.`;
}
