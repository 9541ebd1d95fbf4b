/**
 * A tax code from the settings, outside the US. It is only looked up, never created: the company's tax setup is not
 * ours to change.
 */
import { LocalRefusal } from "../failures/local-refusal.ts";
import { unknownTaxCodeError } from "../failures/own-errors.ts";
import { listTaxCodes, pickTaxCode } from "../quickbooks/tax-codes.ts";
import type { TaxCode } from "../quickbooks/wire.ts";
import { type ReferenceKind, findOrCreate } from "./find-or-create.ts";
import type { Link } from "./links.ts";
import type { DesiredTaxCode } from "./references.ts";
import type { ResolveTask } from "./resolve-task.ts";

/** The link of the tax code. */
export function resolveTaxCode(task: ResolveTask, desired: DesiredTaxCode): Promise<Link> {
  return findOrCreate(task, TAX_CODE, desired);
}

const TAX_CODE: ReferenceKind<DesiredTaxCode, TaxCode> = {
  kind: "tax_code",
  doing: () => ({ kind: "company" }),
  lookUp: ({ qb }) => listTaxCodes(qb),
  matches: (found, { name }) => {
    const code = pickTaxCode(found, name);
    return code ? [code] : [];
  },
  namesToTry: ({ name }) => [name],
  create: ({ context }, desired) => Promise.reject(new LocalRefusal(unknownTaxCodeError(context.connection, desired))),
  change: () => Promise.reject(new Error("Tax codes are never changed")),
  nameOf: ({ name }) => name,
};
