/**
 * The views of the list of invoices as links, with how many need attention. Only markup.
 */
import type { DocumentState } from "../../documents/status.ts";
import { type InvoiceView, INVOICE_VIEWS } from "../../invoicing/lists/filter.ts";
import { formatNumber } from "../../platform/words.ts";
import { listUrl } from "../parts/list-address.ts";
import type { InvoiceFilterTexts } from "./invoice-filter.ts";

export const VIEW_WORDS: Readonly<Record<InvoiceView, string>> = {
  needs_attention: "Needs attention",
  waiting: "Waiting",
  sent_with_warnings: "Sent with warnings",
};

const LINKS: readonly { status: InvoiceView | DocumentState | ""; label: string }[] = [
  { status: "", label: "All" },
  { status: "needs_attention", label: VIEW_WORDS.needs_attention },
  { status: "waiting", label: VIEW_WORDS.waiting },
  { status: "not_sent", label: "Not sent" },
  { status: "sent_with_warnings", label: VIEW_WORDS.sent_with_warnings },
];

/** The choices of the Status filter beside the push statuses. */
export const VIEW_CHOICES = INVOICE_VIEWS.map((value) => ({ value, label: VIEW_WORDS[value] }));

export interface ViewLinksProps {
  texts: InvoiceFilterTexts;
  attention: number;
}

export function ViewLinks(props: ViewLinksProps) {
  return (
    <nav id="views" class="tabs" aria-label="Views">
      <ViewLinkList {...props} />
    </nav>
  );
}

/** What a refresh replaces. */
export function ViewLinkList({ texts, attention }: ViewLinksProps) {
  return (
    <>
      {LINKS.map(({ status, label }) => (
        <a
          href={listUrl("/invoices", { status, company: texts.company, instance: texts.instance })}
          {...(texts.status === status ? { "aria-current": "page" as const } : {})}
        >
          {label}
          {status === "needs_attention" && attention > 0 && (
            <>
              {" "}
              <span class="tab-count">{formatNumber(attention)}</span>
            </>
          )}
        </a>
      ))}
    </>
  );
}
