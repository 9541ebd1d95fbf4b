/**
 * What an error is about, and the small pieces that every error's words are put together from. Pure.
 */
import { CATEGORY_TITLES, type ErrorCategory, type PushError } from "./push-error.ts";

/** What was being done when the error came. */
export type Doing =
  | { kind: "customer"; name: string; id?: string }
  | { kind: "item"; name: string; sku: string | null; id?: string }
  | { kind: "account"; name: string; role: string }
  | { kind: "invoice"; operation: "create" | "update" | "void" }
  | { kind: "company" };

/** The names that messages may use. */
export interface Subject {
  connection: { id: string; companyName: string };
  invoiceNumber: string;
  date: string;
  customerName: string;
  inventoryStartDate?: string | null;
  doing: Doing;
}

export interface Words {
  message: string;
  remedy: string;
  fix?: PushError["fix"];
}

export function make(
  category: ErrorCategory,
  words: Words,
  rest: { code: string | null; intuitTid: string | null; nowIso: string; retryable: boolean },
): PushError {
  return {
    category,
    title: CATEGORY_TITLES[category],
    message: tidy(words.message),
    remedy: words.remedy,
    code: rest.code,
    retryable: rest.retryable,
    intuit_tid: rest.intuitTid,
    occurred_at: rest.nowIso,
    fix: words.fix ?? null,
  };
}

export function thingText(doing: Doing, subject: Subject): string {
  switch (doing.kind) {
    case "customer":
      return `the customer '${doing.name}'`;
    case "item":
      return `the item '${doing.name}'${doing.sku ? ` (SKU ${doing.sku})` : ""}`;
    case "account":
      return `the ${doing.role} '${doing.name}'`;
    case "invoice":
      return `invoice ${subject.invoiceNumber} for ${subject.customerName}`;
    case "company":
      return `the company ${subject.connection.companyName}`;
  }
}

export function doingText(doing: Doing): string {
  switch (doing.kind) {
    case "customer":
      return `the customer '${doing.name}' was looked up or created`;
    case "item":
      return `the item '${doing.name}' was looked up or created`;
    case "account":
      return `the ${doing.role} '${doing.name}' was looked up or created`;
    case "invoice":
      return "the invoice was sent";
    case "company":
      return "the company was read";
  }
}

export function permissionText(doing: Doing): string {
  switch (doing.kind) {
    case "customer":
      return `create the customer '${doing.name}'`;
    case "item":
      return `create the item '${doing.name}'`;
    case "account":
      return `create the account '${doing.name}'`;
    case "invoice":
      return `${doing.operation} invoices`;
    case "company":
      return "read the company";
  }
}

/** Where the instance is set up. */
export function instancePage(instanceId: string): string {
  return `/settings/instances/${instanceId}`;
}

export function settingsOf(connectionId: string): string {
  return `/settings/quickbooks/${connectionId}`;
}

export function clock(iso: string): string {
  return `${iso.slice(11, 16)} UTC`;
}

export function listText(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** One full stop, also behind a company whose name ends in one ('Harbour Trading Co.'). */
export function tidy(message: string): string {
  return message.replaceAll(/\.\.(?=\s|$)/g, ".").trim();
}
