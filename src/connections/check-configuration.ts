/**
 * Check configuration: reads QuickBooks and reports, line by line, what is right for pushing invoices and what is not,
 * naming the account, customer or date (check-company.ts, check-settings.ts and check-taxing.ts judge the lines). It changes no setting and
 * pushes nothing; facts about the company, such as a renewed subscription, are stored.
 */
import type { Runtime } from "../app-context.ts";
import { listAccounts } from "../quickbooks/accounts.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import { SUBSCRIPTION_LAPSED } from "../quickbooks/codes.ts";
import {
  type NameHolder,
  findCustomersByName,
  findInactiveCustomers,
  findNameHolder,
} from "../quickbooks/customers.ts";
import { isSameName } from "../quickbooks/names.ts";
import { type Failure, QuickBooksError } from "../quickbooks/faults.ts";
import {
  currencyLine,
  documentNumberLine,
  lettersLines,
  salesFormLines,
  subscriptionLine,
  tokenLine,
} from "./check-company.ts";
import type { CheckLine, UnsentInvoices } from "./check-line.ts";
import {
  accountLine,
  asKept,
  customerLine,
  itemTypeLine,
  missingLine,
  planLine,
  quantityLine,
  startDateLine,
} from "./check-settings.ts";
import { taxingLines } from "./check-taxing.ts";
import { accessTo } from "./company-access.ts";
import { quickBooksFor, refreshCompany } from "./company-facts.ts";
import type { CompanyFacts, Connection } from "./connection.ts";
import { fieldsWith, isRequired, missingSettings, settingOf } from "./settings.ts";

/**
 * All lines for a connection. Never throws because of QuickBooks: failures are reported in the lines. The caller holds or
 * resumes invoices afterwards (pushes/hold-or-resume.ts), because the subscription or the connection may have changed.
 * Four to six metered reads.
 */
export async function checkConfiguration(
  runtime: Runtime,
  connection: Connection,
  unsent: UnsentInvoices,
): Promise<CheckLine[]> {
  const { env, config, now } = runtime;
  if (connection.state !== "connected") return [tokenLine(connection, null, now), ...missingLines(connection)];
  const company = await readFacts(runtime, connection);
  if (company.kind === "shut_out") return [tokenLine(connection, company.message, now), ...missingLines(connection)];
  if (company.kind === "unreachable") {
    return [
      tokenLine(connection, null, now),
      unreadLine("company", "QuickBooks", company.message, "warning"),
      ...missingLines(connection),
    ];
  }
  const current = { ...connection, company: company.facts };
  const qb = quickBooksFor(config, accessTo(env, connection));
  const judged = [...(await settingsLines(qb, current, unsent)), ...taxingLines(current)];
  return [
    tokenLine(current, null, now),
    subscriptionLine(current, company.isLapsed),
    ...judged,
    ...unjudgedLines(current, judged),
    documentNumberLine(company.facts),
    currencyLine(company.facts),
    ...salesFormLines(company.facts),
    ...lettersLines(current),
  ];
}

type Facts =
  | { kind: "read"; facts: CompanyFacts; isLapsed: boolean }
  | { kind: "shut_out"; message: string }
  | { kind: "unreachable"; message: string };

async function readFacts(runtime: Runtime, connection: Connection): Promise<Facts> {
  try {
    const { facts } = await refreshCompany(runtime, connection);
    return { kind: "read", facts, isLapsed: false };
  } catch (error) {
    const { failure } = asQuickBooksError(error);
    if (failure.kind === "refused") {
      const isLapsed = failure.faults.some((fault) => fault.code === SUBSCRIPTION_LAPSED);
      if (isLapsed) return { kind: "read", facts: connection.company, isLapsed };
      return { kind: "shut_out", message: sentenceOf(failure) };
    }
    const isShutOut =
      (failure.kind === "not_let_in" && failure.reason !== "throttled") ||
      (failure.kind === "not_connected" && failure.reason !== "token_unavailable");
    return { kind: isShutOut ? "shut_out" : "unreachable", message: sentenceOf(failure) };
  }
}

async function settingsLines(qb: QuickBooks, connection: Connection, unsent: UnsentInvoices): Promise<CheckLine[]> {
  const isInventory = connection.itemType === "inventory";
  const customer = await orUnread("customer_name", "Customer", async () => [
    customerLine(connection, await customerHolder(qb, connection)),
  ]);
  const accounts = await orUnread("accounts", "Accounts", async () => {
    const { rows } = await listAccounts(qb);
    const roles = fieldsWith("account").flatMap((field) => {
      const { control } = settingOf(field);
      return control.kind === "account" && isRequired(field, connection) ? [control.role] : [];
    });
    return roles.map((role) => accountLine(connection, role, rows, isInventory));
  });
  const inventory = isInventory
    ? [planLine(connection), quantityLine(connection), startDateLine(connection, unsent)]
    : [];
  return [...customer, ...accounts, itemTypeLine(connection), ...inventory];
}

/** Missing settings that have no line yet. */
function unjudgedLines(connection: Connection, lines: readonly CheckLine[]): CheckLine[] {
  const judged = new Set(lines.map(({ id }) => id));
  return missingLines(connection).filter(({ id }) => !judged.has(id));
}

/** Who has the name of the single customer: an active customer, or anybody else who blocks it, or an inactive one. */
async function customerHolder(qb: QuickBooks, connection: Connection): Promise<NameHolder | null> {
  const name = connection.customerMode === "single" ? connection.customerName : null;
  if (name === null) return null;
  // It may have been created with the letters that the company keeps.
  const spelled = [...new Set([name, asKept(name, connection)])];
  const customers = await findCustomersByName(qb, spelled);
  const active = customers.find((row) => spelled.some((one) => isSameName(row.displayName, one)));
  if (active !== undefined) return { kind: "Customer", ...active };
  const other = await findNameHolder(qb, name);
  if (other !== null) return other;
  const [inactive] = await findInactiveCustomers(qb, name);
  return inactive === undefined ? null : { kind: "Customer", ...inactive };
}

/** The lines that `read` makes, or one line that says why they could not be made. */
async function orUnread(id: string, label: string, read: () => Promise<CheckLine[]>): Promise<CheckLine[]> {
  try {
    return await read();
  } catch (error) {
    const { failure } = asQuickBooksError(error);
    const isPassing = failure.kind === "unanswered" || failure.kind === "waiting";
    return [unreadLine(id, label, sentenceOf(failure), isPassing ? "warning" : "wrong")];
  }
}

function unreadLine(id: string, label: string, message: string, status: "wrong" | "warning"): CheckLine {
  return { id, label, status, message, fix: null, required: status === "wrong" };
}

/** The lines possible without QuickBooks: missing settings. */
function missingLines(connection: Connection): CheckLine[] {
  return missingSettings(connection).map(({ field }) => missingLine(connection, field));
}

function sentenceOf(failure: Failure): string {
  switch (failure.kind) {
    case "refused":
    case "not_let_in": {
      if (failure.kind === "not_let_in" && failure.reason === "throttled")
        return "QuickBooks is limiting requests right now. Check again in a minute.";
      const fault = failure.faults[0];
      const said =
        fault === undefined ? `HTTP ${failure.httpStatus}` : `${fault.code} ${fault.detail || fault.message}`;
      return `QuickBooks refused the read: ${said}${failure.intuitTid === null ? "" : ` (trace ${failure.intuitTid})`}.`;
    }
    case "unanswered":
      return "QuickBooks did not answer. Check again in a moment.";
    case "waiting":
      return `Requests to QuickBooks pause until ${new Date(failure.until).toISOString().slice(11, 16)} UTC. Check again then.`;
    case "not_connected":
      if (failure.reason === "token_unavailable")
        return "Intuit's sign-in service could not renew the access. Check again in a moment.";
      return "QuickBooks no longer accepts the authorization.";
  }
}

function asQuickBooksError(error: unknown): QuickBooksError {
  if (error instanceof QuickBooksError) return error;
  throw error;
}
