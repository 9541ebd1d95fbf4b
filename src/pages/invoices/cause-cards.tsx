/**
 * Reads what the cards of the causes show: the invoices of each, its company, and the settings that could be set here.
 */
import type { Context } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { listCompanyNames } from "../../connections/company-lists.ts";
import type { Connection } from "../../connections/connection.ts";
import { settingsOf } from "../../connections/settings.ts";
import { countUnsettledRefusals } from "../../inbox/refusals.ts";
import { type CauseGroup, listOfCauses } from "../../invoicing/lists/attention.ts";
import { may } from "../../people/route-access.ts";
import { CauseCards, type CauseDetails, NAMED_IN_CARD } from "./attention-view.tsx";
import { causeText, invoiceFilterTexts } from "./invoice-filter.ts";
import { settingsOfCause } from "./missing-settings.ts";
import { readQuery } from "../parts/form.ts";

/** The cards of all causes, or of the one that the address names. */
export async function causeCards(c: Context<AppEnv>, all: CauseGroup[], connections: Connection[]) {
  const db = c.get("db");
  const { cause: chosen } = invoiceFilterTexts(readQuery(c).values);
  const causes = chosen === "" ? all : all.filter((cause) => causeText(cause) === chosen);
  const [lists, refused] = await Promise.all([listOfCauses(db, causes, NAMED_IN_CARD), countUnsettledRefusals(db)]);
  const details = new Map<string, CauseDetails>();
  for (const [index, cause] of causes.entries()) {
    const connection = connections.find(({ id }) => id === cause.connectionId) ?? null;
    const fields = may(c, "configure") && connection ? settingsOfCause(cause) : [];
    const saved = connection && fields.length > 0 ? settingsOf(connection) : null;
    details.set(causeText(cause), {
      company: connection?.companyName ?? null,
      invoices: lists[index] ?? [],
      settings: fields.map((field) => ({ field, value: textOf(saved?.[field]) })),
      names: saved && connection ? await listCompanyNames(db, connection.id) : null,
    });
  }
  const open = chosen === "" ? [...refused.values()].reduce((sum, count) => sum + count, 0) : 0;
  return <CauseCards causes={causes} details={details} refused={open} maySend={may(c, "invoice")} />;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
