/**
 * Help: what to do about the common problems, what each push status means, and where to ask. It describes the product and
 * shows no data, so anybody may read it.
 */
import { Hono } from "hono";
import type { Child } from "hono/jsx";
import type { AppEnv } from "../../app-context.ts";
import { CATEGORY_TITLES, type ErrorCategory } from "../../failures/push-error.ts";
import { DOCUMENT_STATES, type DocumentState } from "../../documents/status.ts";
import { openToAll } from "../../people/route-access.ts";
import { PageHead } from "../../ui/layout.tsx";
import { STATUS_WORDS } from "../invoices/invoice-status.tsx";
import { showPage } from "../parts/shell.tsx";

export const helpPage = new Hono<AppEnv>();

helpPage.get("/help", openToAll("describes the product and shows no data"), (c) =>
  showPage(c, { title: "Help", body: <Help supportUrl={c.get("config").supportUrl} /> }),
);

/** What to do about each kind of error, the most common ones first. */
const PROBLEMS: Readonly<Record<ErrorCategory, Child>> = {
  authentication: (
    <>
      QuickBooks no longer lets Bookbridge in. Open the company under <Settings /> and look at its state: unless it says
      Connected, click <b>Reconnect to QuickBooks</b>. What was held is then sent without further clicks.
    </>
  ),
  missing_configuration: (
    <>
      A setting that the invoice needs is empty. The message names it: the customer name, one of the accounts, or the
      connection of the instance. Fill it in and save; <b>Check configuration</b> lists everything that is still
      missing.
    </>
  ),
  permission: (
    <>
      The person who connected the company may not do this in QuickBooks. Have their role there extended, or have
      somebody with all access click <b>Reconnect to QuickBooks</b>.
    </>
  ),
  account_creation: (
    <>
      Bookbridge creates accounts that do not exist yet, but QuickBooks refused this one. Create it by hand in the chart
      of accounts, type its name into the settings, save, and send the invoice again.
    </>
  ),
  validation: (
    <>
      Something in the invoice breaks a rule of QuickBooks, or would be booked with another total. The message says
      what. Correct it in the order system or in the settings.
    </>
  ),
  duplicate: (
    <>
      Another record in QuickBooks has this number or name. The invoice's page shows which one, and offers to link it or
      to use another number. If both differ, you see them side by side first. A link that turns out to be wrong is taken
      back with Unlink.
    </>
  ),
  closed_period: (
    <>
      The invoice's date lies before the day on which the books were closed. Reopen that period in QuickBooks, or have
      the order system send the invoice with a later date.
    </>
  ),
  subscription: (
    <>
      The QuickBooks subscription has lapsed, or the plan lacks something that the invoice needs, such as inventory.
      Renew or change the plan; a lapsed one is looked at again every hour.
    </>
  ),
  inactive_reference: (
    <>
      A customer, item or account that the invoice uses was made inactive in QuickBooks. Click <b>Make active again</b>{" "}
      on the invoice's page, or do it in QuickBooks.
    </>
  ),
  rate_limited: <>QuickBooks asked for a pause. Nothing needs doing: the invoice is tried again at the time shown.</>,
  unavailable: (
    <>
      QuickBooks gave no usable answer. Nothing needs doing: Bookbridge first finds out whether the invoice arrived, and
      only then sends it again.
    </>
  ),
  integration_disabled: (
    <>
      A switch is off: <b>Enable integration</b> of the company, or <b>Enable</b> of the instance. Turn it on; what was
      held is then sent.
    </>
  ),
  internal: (
    <>A fault of Bookbridge. Send the invoice again; if it fails again, copy the details for support from its page.</>
  ),
};

const MEANINGS: Readonly<Record<DocumentState, string>> = {
  not_sent: "It is here, and nobody has asked for it to be sent. Auto invoice was off when it arrived.",
  queued: "It waits for its turn, or for its next try.",
  sending: "It is on its way to QuickBooks at this moment.",
  sent: "It is in QuickBooks. A warning beside it says what differs from what was sent.",
  failed: "It was refused, and a person has to act. The badge says why and what to do.",
  held: "Nothing is wrong with it. The connection, the subscription or a switch is off; it is sent once that is on again.",
  unknown: "It went out, and QuickBooks did not confirm it. Bookbridge looks for it there and never sends it twice.",
  voided: "It counts for nothing. If it was in QuickBooks, it was voided there too.",
};

function Help({ supportUrl }: { supportUrl: string | null }) {
  return (
    <>
      <PageHead title="Help" lead="What to do when an invoice does not arrive in QuickBooks." />
      <section class="card prose" aria-labelledby="steps-title">
        <h2 id="steps-title">When an invoice fails</h2>
        <ol>
          <li>
            Open <a href="/invoices?status=failed">the failed invoices</a>. Point at the badge of one, or move the focus
            to it, to read the whole error.
          </li>
          <li>Fix what the error names. The invoice's page has a link or a button for it.</li>
          <li>
            Click <b>Send to QuickBooks</b>. Where many fail for one reason, fix it once and send all of them from{" "}
            <a href="/invoices?status=needs_attention">Needs attention</a>.
          </li>
        </ol>
      </section>
      <section class="card" aria-labelledby="problems-title">
        <h2 id="problems-title">Common problems</h2>
        <dl class="terms">
          {Object.entries(PROBLEMS).map(([category, text]) => (
            <div>
              <dt>{CATEGORY_TITLES[category as ErrorCategory]}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section class="card" aria-labelledby="status-title">
        <h2 id="status-title">What each push status means</h2>
        <dl class="terms">
          {DOCUMENT_STATES.map((status) => (
            <div>
              <dt>{STATUS_WORDS[status]}</dt>
              <dd>{MEANINGS[status]}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section class="card prose" aria-labelledby="orders-title">
        <h2 id="orders-title">When an order does not appear</h2>
        <p>
          Look for it under <a href="/deliveries">Deliveries</a>. If it was refused, its page says which field is wrong:
          have it corrected in the order system and sent again. If nothing of it is there, the order system sends to
          another address, or signs with another secret; requests with a wrong signature are counted below the list.
        </p>
      </section>
      <section class="card prose" id="support" aria-labelledby="support-title">
        <h2 id="support-title">If nothing helps</h2>
        <ul>
          <li>
            Look at the company's state under <Settings /> and click <b>Check configuration</b>.
          </li>
          <li>Disconnect the company and connect it again. Settings and links to customers and items are kept.</li>
          <li>
            Ask for help
            {supportUrl ? (
              <>
                {" "}
                at <a href={supportUrl}>{shortAddress(supportUrl)}</a>
              </>
            ) : (
              " from whoever runs Bookbridge for you"
            )}
            . Wherever something failed, <b>Copy details for support</b> copies what they need to know. It holds no
            secret.
          </li>
        </ul>
      </section>
    </>
  );
}

function Settings() {
  return <a href="/settings/quickbooks">QuickBooks Online</a>;
}

/** `mailto:help@example.com` → `help@example.com`. */
function shortAddress(url: string): string {
  return url.replace(/^(mailto:|https:\/\/)/, "").replace(/[?/]$/, "");
}
