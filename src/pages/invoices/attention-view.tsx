/**
 * What needs attention: the box above the list, and a card for each cause with its invoices and its one fix. Only markup:
 * it reads nothing and decides nothing.
 */
import type { CauseGroup } from "../../invoicing/lists/attention.ts";
import { agree, formatNumber, plural } from "../../platform/words.ts";
import { CauseActions, type CauseActionsProps } from "./cause-actions.tsx";
import { causeTitle, causeUrl, sumText, wordsOf } from "./cause-words.ts";
import { causeText } from "./invoice-filter.ts";

export const ATTENTION_PATH = "/invoices?status=needs_attention";
/** How many invoices a card names; a link leads to the others. */
export const NAMED_IN_CARD = 6;
const BOX_CAUSES = 4;

interface AttentionBoxProps {
  causes: CauseGroup[];
  /** Open refused deliveries: orders that may not be invoiced. */
  refused: number;
  /** Names by ID; null where there is only one company. */
  companies: ReadonlyMap<string, string> | null;
}

/** Above the list: how many need attention, why, and where to go. Nothing if nothing does. */
export function AttentionBox({ causes, refused, companies }: AttentionBoxProps) {
  const count = causes.reduce((sum, cause) => sum + cause.count, 0);
  if (count === 0 && refused === 0) return null;
  const more = causes.length - BOX_CAUSES;
  return (
    <section class="notice notice-bad attention-box" aria-label="Needs attention">
      {count > 0 && (
        <>
          <p>
            <strong>{`${plural(count, "invoice")} ${agree(count, "needs", "need")} attention.`}</strong>{" "}
            <a href={ATTENTION_PATH}>{agree(count, "Show it", "Show them by cause")}</a>
          </p>
          <ul class="cause-list">
            {causes.slice(0, BOX_CAUSES).map((cause) => (
              <li>
                <a href={causeUrl(cause)}>{causeTitle(cause)}</a>
                {` ${[companies?.get(cause.connectionId ?? ""), formatNumber(cause.count)].filter(Boolean).join(", ")}`}
              </li>
            ))}
            {more > 0 && <li>{plural(more, "more cause")}</li>}
          </ul>
        </>
      )}
      {refused > 0 && <RefusedDeliveries count={refused} />}
    </section>
  );
}

function RefusedDeliveries({ count }: { count: number }) {
  return (
    <p>
      {`${plural(count, "refused delivery", "refused deliveries")} ${agree(count, "is", "are")} open: ${agree(count, "its order", "their orders")} may not be invoiced. `}
      <a href="/deliveries?outcome=unsettled">{agree(count, "Show the delivery", "Show the deliveries")}</a>
    </p>
  );
}

/** What a card shows of a cause beside the group itself. */
export interface CauseDetails extends Pick<CauseActionsProps, "settings" | "names"> {
  company: string | null;
  invoices: { id: string; number: string }[];
}

export function CauseCards({
  causes,
  details,
  refused,
  maySend,
}: {
  causes: CauseGroup[];
  details: ReadonlyMap<string, CauseDetails>;
  refused: number;
  maySend: boolean;
}) {
  return (
    <div class="stack" id="causes">
      {refused > 0 && (
        <div class="notice notice-bad">
          <RefusedDeliveries count={refused} />
        </div>
      )}
      {causes.map((cause, index) => {
        const known = details.get(causeText(cause));
        return known ? <CauseCard cause={cause} details={known} id={`cause-${index}`} maySend={maySend} /> : null;
      })}
    </div>
  );
}

interface CardProps {
  cause: CauseGroup;
  details: CauseDetails;
  id: string;
  maySend: boolean;
}

function CauseCard({ cause, details, id, maySend }: CardProps) {
  const words = wordsOf(cause);
  return (
    <section class="card cause" aria-labelledby={`${id}-title`}>
      <div class="card-head">
        <h2 id={`${id}-title`}>{causeTitle(cause)}</h2>
        <p>
          <strong>{plural(cause.count, "invoice")}</strong> <span class="money muted">{sumText(cause.sums)}</span>
        </p>
      </div>
      <p class="muted small">
        {[details.company, cause.code && `QuickBooks code ${cause.code}`].filter(Boolean).join(" · ")}
      </p>
      <p>{cause.count === 1 || cause.concerns ? words.message : `For example: ${words.message}`}</p>
      {words.remedy && (
        <p>
          <b>What to do: </b>
          {words.remedy}
        </p>
      )}
      <p class="cause-list small">
        {details.invoices.map((invoice) => (
          <a href={`/invoices/${invoice.id}`}>{invoice.number}</a>
        ))}
        {cause.count > details.invoices.length && (
          <a href={causeUrl(cause)}>{`Show all ${formatNumber(cause.count)}`}</a>
        )}
      </p>
      {maySend && <CauseActions cause={cause} id={id} settings={details.settings} names={details.names} />}
    </section>
  );
}
