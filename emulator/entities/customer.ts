/**
 * Customers (docs/qbo-api.md, section 5.3): names shared with vendors and employees, lengths, sub-customers, frozen
 * currency. A customer is never deleted, only made inactive, which frees its name.
 */
import Big from "big.js";
import { checkLength } from "../api/check-shape.ts";
import type { CompanyContext } from "../company/context.ts";
import { keyOf } from "../company/store.ts";
import { businessRule, invalidReference, missingParameter, QuickBooksFault } from "../wire/faults.ts";
import { refOf, textOf, type Json, type JsonObject } from "../wire/json.ts";
import { currencyRef } from "./currency.ts";
import { ADDRESS_SHAPE, storedAddress } from "./address.ts";
import {
  COMMON_SHAPE,
  NO_KEYS,
  nameByActivity,
  PHONE_SHAPE,
  refTo,
  resolveRef,
  type EntityKind,
  levelOf,
  refuseDeepLevel,
} from "./kind.ts";

export const MAX_DISPLAY_NAME_CHARS = 500;
const NAME_PARTS = ["Title", "GivenName", "MiddleName", "FamilyName", "Suffix"] as const;

export const PERSON_SHAPE = {
  DisplayName: { kind: "text", max: MAX_DISPLAY_NAME_CHARS, isName: true },
  Title: { kind: "text", max: 16, isName: true },
  GivenName: { kind: "text", max: 100, isName: true },
  MiddleName: { kind: "text", max: 100, isName: true },
  FamilyName: { kind: "text", max: 100, isName: true },
  Suffix: { kind: "text", max: 16, isName: true },
  CompanyName: { kind: "text", max: 100 },
  PrintOnCheckName: { kind: "text", max: 110 },
  PrimaryEmailAddr: { kind: "object", shape: { Address: { kind: "email", max: 100 } } },
  PrimaryPhone: { kind: "object", shape: PHONE_SHAPE },
  AlternatePhone: { kind: "object", shape: PHONE_SHAPE },
  Mobile: { kind: "object", shape: PHONE_SHAPE },
  Fax: { kind: "object", shape: PHONE_SHAPE },
  WebAddr: { kind: "object", shape: { URI: { kind: "text", max: 1000 } } },
  BillAddr: { kind: "object", shape: ADDRESS_SHAPE },
  AcctNum: { kind: "text", max: 99 },
  CurrencyRef: { kind: "ref" },
  Active: { kind: "boolean" },
  Balance: { kind: "output" },
} as const;

export const customerKind: EntityKind = {
  type: "Customer",
  sparse: true,
  isTransaction: false,
  duplicate: "customer",
  shape: {
    ...COMMON_SHAPE,
    ...PERSON_SHAPE,
    ShipAddr: { kind: "object", shape: ADDRESS_SHAPE },
    Notes: { kind: "text", max: 2000 },
    Job: { kind: "boolean" },
    ParentRef: { kind: "ref" },
    BillWithParent: { kind: "boolean" },
    Taxable: { kind: "boolean" },
    DefaultTaxCodeRef: { kind: "ref" },
    SalesTermRef: { kind: "ref" },
    PaymentMethodRef: { kind: "ref" },
    PreferredDeliveryMethod: { kind: "choice", values: ["Print", "Email", "None"] },
    ResaleNum: { kind: "text", max: 16 },
    TaxExemptionReasonId: { kind: "text", max: 15 },
    BalanceWithJobs: { kind: "output" },
    FullyQualifiedName: { kind: "output" },
    IsProject: { kind: "output" },
    ClientEntityId: { kind: "output" },
    Level: { kind: "output" },
  },
  build(context, input, previous, sent) {
    if (previous !== null && (sent["DisplayName"] === null || sent["DisplayName"] === ""))
      throw missingParameter("DisplayName");
    const isActive = input["Active"] !== false;
    const displayName = nameByActivity(context, "name", displayNameOf(input), {
      isActive,
      wasActive: previous?.["Active"] !== false,
    });
    const parent = parentOf(context, input, previous);
    checkRefs(context, input);
    const kept = keptProperties(input);
    for (const address of ["BillAddr", "ShipAddr"] as const) {
      const stored = storedAddress(context, input[address]);
      if (stored !== null) kept[address] = stored;
      else delete kept[address];
    }
    return {
      Taxable: input["Taxable"] !== false,
      ...kept,
      Job: parent !== null,
      BillWithParent: input["BillWithParent"] === true,
      ...(parent === null ? {} : { ParentRef: refTo(parent), Level: new Big(levelOf(parent) + 1) }),
      Balance: previous?.["Balance"] ?? new Big(0),
      BalanceWithJobs: previous?.["BalanceWithJobs"] ?? new Big(0),
      CurrencyRef: frozenCurrency(context, input, previous),
      PreferredDeliveryMethod: textOf(input["PreferredDeliveryMethod"]) ?? "Print",
      IsProject: false,
      ClientEntityId: "0",
      FullyQualifiedName:
        parent === null ? displayName : `${textOf(parent["FullyQualifiedName"]) ?? ""}:${displayName}`,
      DisplayName: displayName,
      PrintOnCheckName: textOf(input["PrintOnCheckName"]) ?? displayName.slice(0, 110),
      Active: isActive,
    };
  },
  keys: personKeys,
};

/**
 * DisplayName, or the parts of a person's name joined. Throws 2020 if there is neither (docs/qbo-api.md, section 5.3).
 */
export function displayNameOf(input: JsonObject): string {
  const given = textOf(input["DisplayName"]);
  if (given !== null) return given;
  const joined = NAME_PARTS.map((part) => textOf(input[part]))
    .filter((part) => part !== null)
    .join(" ");
  if (joined === "") {
    throw new QuickBooksFault(
      "2020",
      "Required parameter DisplayName, or one of Title, GivenName, MiddleName, FamilyName, Suffix is missing in the request",
      { element: "DisplayName" },
    );
  }
  checkLength(joined, 1, MAX_DISPLAY_NAME_CHARS, "DisplayName");
  return joined;
}

/** Customers, vendors and employees share one namespace of display names. */
export function personKeys(body: JsonObject) {
  const name = keyOf(textOf(body["DisplayName"]) ?? "");
  return { ...NO_KEYS, active: body["Active"] !== false, namespace: "name", uniqueKey: name, nameKey: name };
}

export function frozenCurrency(context: CompanyContext, input: JsonObject, previous: JsonObject | null): JsonObject {
  const before = refOf(previous?.["CurrencyRef"]);
  const sent = refOf(input["CurrencyRef"]);
  if (before !== null && sent !== null && before !== sent)
    throw businessRule("The currency of a name cannot be changed");
  return currencyRef(context, input["CurrencyRef"] ?? previous?.["CurrencyRef"]);
}

/** The customer above a sub-customer; null for one at the top, which `Job` false makes it again. */
function parentOf(context: CompanyContext, input: JsonObject, previous: JsonObject | null): JsonObject | null {
  if (input["ParentRef"] === undefined) {
    if (input["Job"] === true) throw new QuickBooksFault("6150", "ParentRef is required when Job is true");
    return null;
  }
  if (input["Job"] === false) return null;
  const parent = resolveRef(context, "Customer", { ref: input["ParentRef"], path: "ParentRef" });
  if (previous !== null) refuseCircle(context, parent, previous["Id"]);
  refuseDeepLevel(parent);
  return parent;
}

function refuseCircle(context: CompanyContext, parent: JsonObject, ownId: Json | undefined): void {
  for (let above: JsonObject | null = parent; above !== null;) {
    if (above["Id"] === ownId) throw new QuickBooksFault("900", "A parent cannot be below its own child");
    above = context.store.find("Customer", refOf(above["ParentRef"]) ?? "");
  }
}

function keptProperties(input: JsonObject): JsonObject {
  const names = [
    ...Object.keys(PERSON_SHAPE),
    "ShipAddr",
    "Notes",
    "DefaultTaxCodeRef",
    "SalesTermRef",
    "PaymentMethodRef",
    "ResaleNum",
    "TaxExemptionReasonId",
  ];
  return Object.fromEntries(Object.entries(input).filter(([name]) => names.includes(name)));
}

function checkRefs(context: CompanyContext, input: JsonObject): void {
  if (input["SalesTermRef"] !== undefined)
    resolveRef(context, "Term", { ref: input["SalesTermRef"], path: "SalesTermRef" });
  if (input["PaymentMethodRef"] !== undefined)
    resolveRef(context, "PaymentMethod", { ref: input["PaymentMethodRef"], path: "PaymentMethodRef" });
  if (
    input["DefaultTaxCodeRef"] !== undefined &&
    context.store.find("TaxCode", refOf(input["DefaultTaxCodeRef"]) ?? "") === null
  ) {
    throw invalidReference("DefaultTaxCodeRef");
  }
}
