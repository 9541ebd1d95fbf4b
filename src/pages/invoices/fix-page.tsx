/**
 * Takes the forms that fix a failed invoice, link it or take its link back, then redirects to the invoice with the result.
 * Before an invoice is linked to one that differs from it, the response is a question with both sides.
 */
import { type Context, Hono } from "hono";
import { fixInvoice, type InvoiceFix } from "../../actions/fix-invoice.ts";
import { linkDuplicate, unlink } from "../../actions/link-invoice.ts";
import type { AppEnv } from "../../app-context.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs } from "../../people/route-access.ts";
import { redirectWith } from "../parts/flash.ts";
import { readForm } from "../parts/form.ts";
import { backWith } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { LinkQuestionPage } from "./link-question.tsx";

export const fixPage = new Hono<AppEnv>();

const DONE = {
  number: "The invoice is being sent under the new number.",
  reactivate: "It is active again, and the invoice is being sent.",
} as const;

fixPage.post("/invoices/:id/fix", needs("invoice"), async (c) => {
  const id = c.req.param("id");
  const path = `/invoices/${id}`;
  const { values } = await readForm(c);
  if (values["fix"] === "link") return link(c, { id, path }, values["seen"]);
  const fix = readFix(values);
  if (!fix) return redirectWith(c, path, { tone: "bad", text: "Choose what to do on the invoice's page." });
  const result = await fixInvoice(actionContextOf(c), id, fix);
  if (!result.ok) return backWith(c, path, result);
  return redirectWith(c, path, { tone: "good", text: DONE[fix.kind] });
});

fixPage.post("/invoices/:id/unlink", needs("invoice"), async (c) => {
  const id = c.req.param("id");
  const done = await unlink(actionContextOf(c), id);
  if (!done.ok) return backWith(c, `/invoices/${id}`, done);
  const text = "The invoice is no longer linked. QuickBooks was not changed.";
  return redirectWith(c, `/invoices/${id}`, { tone: "good", text });
});

async function link(
  c: Context<AppEnv>,
  { id, path }: { id: string; path: string },
  seen: string | undefined,
): Promise<Response> {
  const result = await linkDuplicate(actionContextOf(c), id, seen);
  if (result.ok)
    return redirectWith(c, path, { tone: "good", text: "The invoice is linked to the one in QuickBooks." });
  if (result.reason !== "asks") return backWith(c, path, result);
  const text = "The invoice in QuickBooks has changed since. Look at both again.";
  const notice = seen === undefined ? null : ({ tone: "note", text } as const);
  const body = <LinkQuestionPage path={path} question={result.question} qboAppUrl={c.get("config").qboAppUrl} />;
  return showPage(c, { title: "Link that invoice?", body, notice });
}

function readFix({ fix, number = "" }: Record<string, string>): InvoiceFix | null {
  if (fix === "reactivate") return { kind: fix };
  return fix === "number" ? { kind: fix, number } : null;
}
