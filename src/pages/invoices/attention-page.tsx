/**
 * Acts on all invoices of a cause: sends them again, fixes first what can be fixed from here (a missing setting, an
 * inactive record), or acknowledges what happened in QuickBooks. The page that follows shows what came of it.
 */
import { type Context, Hono } from "hono";
import { acknowledgeInvoices } from "../../actions/acknowledge-invoices.ts";
import { fixInvoice } from "../../actions/fix-invoice.ts";
import { requestSend } from "../../actions/request-send.ts";
import type { Result } from "../../actions/result.ts";
import { saveConnection } from "../../actions/save-connection.ts";
import type { AppEnv } from "../../app-context.ts";
import { settingsPatch } from "../../connections/settings.ts";
import { countHeld } from "../../invoicing/lists/counts.ts";
import type { AttentionCause } from "../../invoicing/lists/filter.ts";
import { countInvoices, listIds } from "../../invoicing/lists/list.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { may, needs } from "../../people/route-access.ts";
import { MAX_BULK_ITEMS } from "../../platform/limits.ts";
import { formatNumber, plural } from "../../platform/words.ts";
import { ConfirmPage } from "../../ui/dialog.tsx";
import { redirectWith } from "../parts/flash.ts";
import { readForm, readQuery } from "../parts/form.ts";
import { redirectTo } from "../parts/local-redirect.ts";
import { backWith } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { ATTENTION_PATH } from "./attention-view.tsx";
import { actEffect } from "./cause-actions.tsx";
import { canAcknowledge, causeTitle } from "./cause-words.ts";
import { readCause } from "./invoice-filter.ts";
import { settingsOfCause } from "./missing-settings.ts";
import { sendSummary } from "./send-summary.ts";

const HERE = "/invoices/attention";

export const attentionPage = new Hono<AppEnv>();

/** Where alerts and bookmarks of earlier versions lead. */
attentionPage.get("/invoices/failed", needs("read"), (c) => redirectTo(c, ATTENTION_PATH));

attentionPage.get(HERE, needs("read"), (c) => redirectTo(c, ATTENTION_PATH));

attentionPage.get(`${HERE}/ask`, needs("invoice"), async (c) => {
  const { act = "", cause: text = "" } = readQuery(c).values;
  const cause = readCause(text);
  if (!cause) return redirectTo(c, ATTENTION_PATH);
  const count = await countInvoices(c.get("db"), { status: "needs_attention", cause }, MAX_BULK_ITEMS);
  const verb = act === "acknowledge" ? "Acknowledge" : act === "reactivate" ? "Fix and send" : "Send";
  const title = `${verb} ${plural(count, "invoice")}?`;
  const body = (
    <ConfirmPage
      id="cause"
      title={title}
      action={HERE}
      confirmLabel={`${verb} all ${formatNumber(count)}`}
      cancelHref={ATTENTION_PATH}
      hidden={{ act, cause: text }}
    >
      <p>{`${causeTitle(cause)}. ${actEffect(count)}`}</p>
    </ConfirmPage>
  );
  return showPage(c, { title, body });
});

attentionPage.post(HERE, needs("invoice"), async (c) => {
  const { values } = await readForm(c);
  const cause = readCause(values["cause"] ?? "");
  if (!cause) return redirectTo(c, ATTENTION_PATH);
  const ids = await listIds(c.get("db"), { status: "needs_attention", cause }, MAX_BULK_ITEMS);
  const [first] = ids;
  if (first === undefined)
    return redirectWith(c, ATTENTION_PATH, { tone: "note", text: "These invoices no longer need attention." });
  if (values["act"] === "acknowledge") return acknowledge(c, cause, ids);
  const fixed = await fix(c, { cause, first, values });
  if (!fixed.ok) return backWith(c, ATTENTION_PATH, fixed);
  const sent = await requestSend(actionContextOf(c), ids);
  if (!sent.ok) return backWith(c, ATTENTION_PATH, sent);
  const summary = sendSummary(sent.results, await countHeld(c.get("db"), ids));
  return redirectWith(c, `${ATTENTION_PATH}&progress=${c.get("now").toISOString()}`, summary);
});

async function acknowledge(c: Context<AppEnv>, { kind }: AttentionCause, ids: string[]): Promise<Response> {
  if (!canAcknowledge(kind)) return redirectTo(c, ATTENTION_PATH);
  const done = await acknowledgeInvoices(actionContextOf(c), ids, kind);
  if (!done.ok) return backWith(c, ATTENTION_PATH, done);
  return redirectWith(c, ATTENTION_PATH, {
    tone: "good",
    text: `${plural(done.count, "invoice")} acknowledged. Nothing was changed in QuickBooks.`,
  });
}

/** What has to be done before sending is worth it; nothing for a cause that is fixed elsewhere. */
async function fix(
  c: Context<AppEnv>,
  { cause, first, values }: { cause: AttentionCause; first: string; values: Record<string, string> },
): Promise<Result> {
  if (values["act"] === "reactivate") return fixInvoice(actionContextOf(c), first, { kind: "reactivate" });
  if (values["act"] !== "settings" || cause.connectionId === null || !may(c, "configure")) return { ok: true };
  const given = settingsOfCause(cause).flatMap((field) => (values[field] ? [[field, values[field]] as const] : []));
  const parsed = settingsPatch.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ path: String(path[0]), message }));
    return { ok: false, reason: "invalid", message: errors[0]?.message ?? "This is not a valid value.", errors };
  }
  return saveConnection(actionContextOf(c), cause.connectionId, parsed.data);
}
