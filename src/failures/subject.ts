/**
 * What an error is about: the invoice, its company, and the step that failed. Pure.
 */

/** The step that failed. */
export type Step =
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
  doing: Step;
}

/** As in "QuickBooks refused …". */
export function resourceText(subject: Subject): string {
  const { doing } = subject;
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

/** As in "while …". */
export function stepText(doing: Step): string {
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

/** As in "could not …". */
export function permissionText(doing: Step): string {
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
