/**
 * Failed invoices by cause: what is wrong, how many invoices it affects, where to fix it, and a button that sends them
 * all.
 */
import { Hono } from "hono";
import { z } from "zod";
import { requestSend } from "../../actions/request-send.ts";
import type { AppEnv } from "../../app-context.ts";
import { listConnections } from "../../connections/store.ts";
import { readError } from "../../failures/push-error.ts";
import { countHeld } from "../../invoicing/lists/counts.ts";
import { type FailedCause, listFailedCauses, listIdsOfCause } from "../../invoicing/lists/failed-causes.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs, may } from "../../people/route-access.ts";
import { MAX_BULK_ITEMS } from "../../platform/limits.ts";
import { agree, formatNumber, plural } from "../../platform/words.ts";
import { ConfirmButton, ConfirmPage } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { MAX_UNASKED } from "../parts/bulk-list.tsx";
import { redirectWith } from "../parts/flash.ts";
import { readForm, readQuery } from "../parts/form.ts";
import { redirectTo } from "../parts/local-redirect.ts";
import { backWith } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { sendSummary } from "./send-summary.ts";

const HERE = "/invoices/failed";
const causeFields = z.object({
  connection_id: z.string().max(64),
  category: z.string().max(64),
  code: z.string().max(64),
});

export const failedPage = new Hono<AppEnv>();

failedPage.get(HERE, needs("read"), async (c) => {
  const [causes, connections] = await Promise.all([listFailedCauses(c.get("db")), listConnections(c.get("db"))]);
  const names = new Map(connections.map(({ id, companyName }) => [id, companyName]));
  const body = <Causes causes={causes} names={names} maySend={may(c, "invoice")} />;
  return showPage(c, { title: "Failed by cause", body });
});

failedPage.get(`${HERE}/send`, needs("invoice"), async (c) => {
  const parsed = causeFields.safeParse(readQuery(c).values);
  if (!parsed.success) return redirectTo(c, HERE);
  const ids = await listIdsOfCause(c.get("db"), toCause(parsed.data), MAX_BULK_ITEMS);
  const title = `Send ${plural(ids.length, "invoice")} to QuickBooks?`;
  const body = (
    <ConfirmPage
      id="send-cause"
      title={title}
      action={`${HERE}/send`}
      confirmLabel="Send to QuickBooks"
      cancelHref={HERE}
      hidden={parsed.data}
    >
      <p>Send them once the cause is fixed; otherwise they fail again.</p>
    </ConfirmPage>
  );
  return showPage(c, { title, body });
});

failedPage.post(`${HERE}/send`, needs("invoice"), async (c) => {
  const parsed = causeFields.safeParse((await readForm(c)).values);
  if (!parsed.success) return redirectTo(c, HERE);
  const ids = await listIdsOfCause(c.get("db"), toCause(parsed.data), MAX_BULK_ITEMS);
  if (ids.length === 0) return redirectWith(c, HERE, { tone: "note", text: "These invoices are no longer failed." });
  const sent = await requestSend(actionContextOf(c), ids);
  if (!sent.ok) return backWith(c, HERE, sent);
  return redirectWith(c, HERE, sendSummary(sent.results, await countHeld(c.get("db"), ids)));
});

function toCause(fields: z.infer<typeof causeFields>): Pick<FailedCause, "connectionId" | "category" | "code"> {
  return { connectionId: fields.connection_id || null, category: fields.category, code: fields.code || null };
}

function Causes({ causes, names, maySend }: { causes: FailedCause[]; names: Map<string, string>; maySend: boolean }) {
  return (
    <>
      <PageHead
        title="Failed by cause"
        crumbs={{ href: "/invoices", label: "Invoices" }}
        lead="Fix a cause once, then send everything that it stopped."
      />
      {causes.length === 0 ? (
        <EmptyState title="Nothing has failed" action={{ href: "/invoices", label: "Show all invoices" }}>
          Invoices that QuickBooks or our own rules refuse appear here, grouped by what has to be fixed.
        </EmptyState>
      ) : (
        causes.map((cause, index) => (
          <CauseCard
            cause={cause}
            company={names.get(cause.connectionId ?? "")}
            id={`cause-${index}`}
            maySend={maySend}
          />
        ))
      )}
    </>
  );
}

function CauseCard({
  cause,
  company,
  id,
  maySend,
}: {
  cause: FailedCause;
  company: string | undefined;
  id: string;
  maySend: boolean;
}) {
  const error = readError(cause.sample);
  if (!error) return null;
  const fields = { connection_id: cause.connectionId ?? "", category: cause.category, code: cause.code ?? "" };
  const label = cause.count === 1 ? "Send it" : `Send all ${formatNumber(cause.count)}`;
  return (
    <section class="card">
      <div class="card-head">
        <h2>{error.title}</h2>
        <strong>{plural(cause.count, "invoice")}</strong>
      </div>
      <p class="muted small">{[company, error.code && `QuickBooks code ${error.code}`].filter(Boolean).join(" · ")}</p>
      <p>{cause.count === 1 ? error.message : `For example: ${error.message}`}</p>
      <p>
        <b>What to do: </b>
        {error.remedy}
      </p>
      <div class="card-actions">
        {error.fix?.href && (
          <a class="button primary" href={error.fix.href}>
            {error.fix.label}
          </a>
        )}
        {error.fix?.action && (
          <a class="button primary" href={`/invoices/${cause.sampleId}`}>
            {agree(cause.count, "Open the invoice to fix it", "Open one of them to fix it")}
          </a>
        )}
        {maySend && cause.count <= MAX_UNASKED && (
          <form method="post" action={`${HERE}/send`}>
            {Object.entries(fields).map(([name, value]) => (
              <input type="hidden" name={name} value={value} />
            ))}
            <button type="submit" class="button">
              {label}
            </button>
          </form>
        )}
        {maySend && cause.count > MAX_UNASKED && (
          <ConfirmButton
            id={id}
            title={`${label} to QuickBooks?`}
            openLabel={label}
            fallback={`${HERE}/send`}
            action={`${HERE}/send`}
            confirmLabel="Send to QuickBooks"
            hidden={fields}
          >
            <p>Send them once the cause is fixed; otherwise they fail again.</p>
          </ConfirmButton>
        )}
      </div>
    </section>
  );
}
