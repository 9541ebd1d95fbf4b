/**
 * What fixes a failed invoice, as links and forms on its page: settings that are wrong, a number that is taken, a
 * customer or item that is inactive. Only markup; the forms post to fix-page.tsx.
 */
import type { Fix, PushError } from "../../failures/push-error.ts";
import type { InvoiceRow } from "../../invoicing/invoice-row.ts";
import { suggestNumber } from "../../invoicing/by-hand/fix.ts";
import { MAX_DOC_NUMBER_CHARS } from "../../quickbooks/limits.ts";

/** The fix for an error, or nothing if it passes on its own. */
export function FixForms({ invoice, error, mayAct }: { invoice: InvoiceRow; error: PushError; mayAct: boolean }) {
  const { fix } = error;
  if (!fix) return null;
  if (fix.href) {
    return (
      <a class="button" href={fix.href}>
        {fix.label}
      </a>
    );
  }
  if (!mayAct || invoice.state !== "failed") return null;
  return fix.action === "reactivate" ? <Reactivate invoice={invoice} /> : <ChooseNumber invoice={invoice} fix={fix} />;
}

function Reactivate({ invoice }: { invoice: InvoiceRow }) {
  return (
    <form method="post" action={`/invoices/${invoice.id}/fix`}>
      <button type="submit" class="button primary" name="fix" value="reactivate">
        Make active again
      </button>
    </form>
  );
}

function ChooseNumber({ invoice, fix }: { invoice: InvoiceRow; fix: Fix }) {
  return (
    <div class="fixes">
      {fix.heldBy && <a class="button" href={`/invoices/${fix.heldBy.id}`}>{`Open invoice ${fix.heldBy.name}`}</a>}
      {fix.subject && (
        <form method="post" action={`/invoices/${invoice.id}/fix`}>
          <button type="submit" class="button" name="fix" value="link">
            Link that invoice
          </button>
        </form>
      )}
      <form method="post" action={`/invoices/${invoice.id}/fix`} class="inline-form">
        <label for="other-number">Number in QuickBooks</label>
        <input
          id="other-number"
          name="number"
          value={suggestNumber(invoice)}
          maxlength={MAX_DOC_NUMBER_CHARS}
          required
        />
        <button type="submit" class="button" name="fix" value="number">
          Use this number
        </button>
      </form>
    </div>
  );
}
