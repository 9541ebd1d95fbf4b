/**
 * Asks before an invoice is linked to one in QuickBooks that differs from it: both sides, part by part. Only markup.
 */
import type { LinkPart, LinkQuestion } from "../../invoicing/by-hand/compare-to-link.ts";
import { qboUrl } from "../../invoices/view.ts";
import { Badge } from "../../ui/badge.tsx";
import { ConfirmPage } from "../../ui/dialog.tsx";
import { Table } from "../../ui/table.tsx";
import { CalendarDate } from "../../ui/time.tsx";

const LABELS: Readonly<Record<LinkPart["name"], string>> = {
  number: "Number",
  customer: "Customer",
  date: "Date",
  total: "Total",
  balance: "Open balance",
};
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export interface LinkQuestionProps {
  /** The invoice's page. */
  path: string;
  question: LinkQuestion;
  qboAppUrl: string;
}

export function LinkQuestionPage({ path, question, qboAppUrl }: LinkQuestionProps) {
  return (
    <ConfirmPage
      id="link"
      title="Link that invoice?"
      action={`${path}/fix`}
      hidden={{ fix: "link", seen: question.seen }}
      confirmLabel="Link that invoice"
      cancelHref={path}
      isDanger
      isWide
    >
      <p>
        The invoice in QuickBooks differs from this one. If it belongs to somebody else, cancel and send this one under
        another number.
      </p>
      <Table
        caption="Both sides"
        rows={question.parts}
        columns={[
          { label: "Part", isTitle: true, isTight: true, cell: (part) => <Part part={part} /> },
          { label: "Order system", cell: ({ ours }) => <Value text={ours} /> },
          { label: "QuickBooks", cell: ({ theirs }) => <Value text={theirs} /> },
        ]}
      />
      <p>
        Once it is linked, this invoice counts as Sent, and its changes and its void go to that invoice.{" "}
        <a href={qboUrl(qboAppUrl, question.qboId) ?? ""} target="_blank" rel="noreferrer">
          View in QuickBooks
        </a>
      </p>
    </ConfirmPage>
  );
}

function Part({ part: { name, isSame } }: { part: LinkPart }) {
  return (
    <>
      {LABELS[name]} {!isSame && <Badge tone="bad" label="Differs" />}
    </>
  );
}

function Value({ text }: { text: string | null }) {
  if (text === null) return <span class="muted">not known here</span>;
  return DATE.test(text) ? <CalendarDate date={text} /> : <>{text}</>;
}
