/**
 * What an error is about: the document, its company, and the step that failed. Pure.
 */

/** The step that failed. */
export type Step =
  | { kind: "customer"; name: string; id?: string }
  | { kind: "item"; name: string; sku: string | null; id?: string }
  | { kind: "account"; name: string; role: string }
  | { kind: "document"; operation: "create" | "update" | "void" }
  | { kind: "company" };

/** A document as people call it, e.g. 'invoice' and its number. */
export interface Named {
  noun: string;
  number: string;
}

/** The names that messages may use. */
export interface Subject extends Named {
  connection: { id: string; companyName: string };
  date: string;
  customerName: string;
  inventoryStartDate?: string | null;
  doing: Step;
}

/** 'invoice INV-1' */
export function nameOf({ noun, number }: Named): string {
  return `${noun} ${number}`;
}

/** As `nameOf`, at the beginning of a sentence. */
export function upperNameOf(named: Named): string {
  const name = nameOf(named);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
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
    case "document":
      return `${nameOf(subject)} for ${subject.customerName}`;
    case "company":
      return `the company ${subject.connection.companyName}`;
  }
}

/** As in "while …". */
export function stepText({ doing, noun }: Subject): string {
  switch (doing.kind) {
    case "customer":
      return `the customer '${doing.name}' was looked up or created`;
    case "item":
      return `the item '${doing.name}' was looked up or created`;
    case "account":
      return `the ${doing.role} '${doing.name}' was looked up or created`;
    case "document":
      return `the ${noun} was sent`;
    case "company":
      return "the company was read";
  }
}

/** As in "could not …". */
export function permissionText({ doing, noun }: Subject): string {
  switch (doing.kind) {
    case "customer":
      return `create the customer '${doing.name}'`;
    case "item":
      return `create the item '${doing.name}'`;
    case "account":
      return `create the account '${doing.name}'`;
    case "document":
      return `${doing.operation} ${noun}s`;
    case "company":
      return "read the company";
  }
}
