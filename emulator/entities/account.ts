/**
 * Accounts of the chart of accounts (docs/qbo-api.md, section 5.4): unique names, matching type and sub-type, full
 * updates only. An account is never deleted, only made inactive.
 */
import Big from "big.js";
import { keyOf } from "../company/store.ts";
import { duplicateName, missingParameter, QuickBooksFault } from "../wire/faults.ts";
import { textOf, type JsonObject } from "../wire/json.ts";
import { ACCOUNT_TYPES, ALL_SUB_TYPES, completeAccountType } from "./account-types.ts";
import { currencyRef } from "./currency.ts";
import { COMMON_SHAPE, NO_KEYS, nameByActivity, refTo, resolveRef, type EntityKind } from "./kind.ts";

const MAX_ACCOUNT_NUMBER_CHARS = 7;

export const accountKind: EntityKind = {
  type: "Account",
  sparse: false,
  isTransaction: false,
  duplicate: "account",
  shape: {
    ...COMMON_SHAPE,
    Name: { kind: "text", max: 100, isName: true, forbidden: '"' },
    AcctNum: { kind: "text", max: MAX_ACCOUNT_NUMBER_CHARS, forbidden: ":" },
    Description: { kind: "text", max: 100 },
    AccountType: { kind: "choice", values: Object.keys(ACCOUNT_TYPES) },
    AccountSubType: { kind: "choice", values: ALL_SUB_TYPES },
    SubAccount: { kind: "boolean" },
    ParentRef: { kind: "ref" },
    Active: { kind: "boolean" },
    CurrencyRef: { kind: "ref" },
    TaxCodeRef: { kind: "ref" },
    Classification: { kind: "output" },
    FullyQualifiedName: { kind: "output" },
    CurrentBalance: { kind: "output" },
    CurrentBalanceWithSubAccounts: { kind: "output" },
  },
  build(context, input, previous) {
    const given = textOf(input["Name"]);
    if (given === null) throw missingParameter("Name");
    const kinds = completeAccountType(textOf(input["AccountType"]), textOf(input["AccountSubType"]));
    if (kinds === null) {
      throw new QuickBooksFault(
        "6010",
        "Business Validation Error: AccountType or AccountSubType is missing, or they do not fit each other",
      );
    }
    if (previous !== null && previous["AccountType"] !== kinds.type && isFrozenType(textOf(previous["AccountType"]))) {
      throw new QuickBooksFault("6430", "Invalid account type used : The type of this account cannot be changed");
    }
    const isSub = input["SubAccount"] === true || input["ParentRef"] !== undefined;
    if (isSub && input["ParentRef"] === undefined)
      throw new QuickBooksFault("6150", "ParentRef is required for a sub-account");
    const parent = isSub ? resolveRef(context, "Account", { ref: input["ParentRef"], path: "ParentRef" }) : null;
    const prefix = parent === null ? "" : `${textOf(parent["FullyQualifiedName"]) ?? ""}:`;
    const isActive = input["Active"] !== false;
    const name = nameByActivity(context, "account", given, {
      isActive,
      wasActive: previous?.["Active"] !== false,
      prefix,
    });
    const number = textOf(input["AcctNum"]);
    if (number !== null)
      refuseTakenNumber(
        context.store.rows<{ id: number }>(
          `SELECT id FROM entity WHERE type = 'Account' AND json_extract(body, '$.AcctNum') = ?`,
          [number],
        ),
        previous,
      );
    return {
      Name: name,
      SubAccount: isSub,
      ...(parent === null ? {} : { ParentRef: refTo(parent) }),
      FullyQualifiedName: `${prefix}${name}`,
      ...(number === null ? {} : { AcctNum: number }),
      ...(textOf(input["Description"]) === null ? {} : { Description: textOf(input["Description"]) }),
      Active: isActive,
      Classification: kinds.classification,
      AccountType: kinds.type,
      AccountSubType: kinds.subType,
      CurrentBalance: previous?.["CurrentBalance"] ?? new Big(0),
      CurrentBalanceWithSubAccounts: previous?.["CurrentBalanceWithSubAccounts"] ?? new Big(0),
      CurrencyRef: currencyRef(context, input["CurrencyRef"] ?? previous?.["CurrencyRef"]),
    };
  },
  keys(body) {
    return {
      ...NO_KEYS,
      active: body["Active"] !== false,
      namespace: "account",
      uniqueKey: keyOf(textOf(body["FullyQualifiedName"]) ?? ""),
      nameKey: keyOf(textOf(body["Name"]) ?? ""),
    };
  },
};

function isFrozenType(type: string | null): boolean {
  return type === "Accounts Receivable" || type === "Accounts Payable";
}

function refuseTakenNumber(holders: { id: number }[], previous: JsonObject | null): void {
  const other = holders.find((row) => String(row.id) !== previous?.["Id"]);
  if (other !== undefined) throw duplicateName("account", String(other.id));
}
