/**
 * Vendors and employees: they matter here because they hold names that a customer then cannot take (6240). Their own
 * purchases and payroll are not part of the emulator.
 */
import Big from "big.js";
import type { Shape } from "../api/check-shape.ts";
import type { CompanyContext } from "../company/context.ts";
import { textOf, type JsonObject } from "../wire/json.ts";
import { displayNameOf, frozenCurrency, PERSON_SHAPE, personKeys } from "./customer.ts";
import { storedAddress } from "./address.ts";
import { COMMON_SHAPE, nameByActivity, resolveRef, type EntityKind } from "./kind.ts";

const {
  CompanyName: _companyName,
  AcctNum: _acctNum,
  CurrencyRef: _currencyRef,
  WebAddr: _webAddr,
  Balance: _balance,
  ...EMPLOYEE_PROPERTIES
} = PERSON_SHAPE;

export const vendorKind: EntityKind = {
  type: "Vendor",
  sparse: true,
  isTransaction: false,
  duplicate: "customer",
  shape: { ...COMMON_SHAPE, ...PERSON_SHAPE, TermRef: { kind: "ref" }, Vendor1099: { kind: "boolean" } },
  build(context, input, previous) {
    if (input["TermRef"] !== undefined) resolveRef(context, "Term", { ref: input["TermRef"], path: "TermRef" });
    return {
      ...personBody(context, input, previous),
      Vendor1099: input["Vendor1099"] === true,
      Balance: previous?.["Balance"] ?? new Big(0),
      CurrencyRef: frozenCurrency(context, input, previous),
    };
  },
  keys: personKeys,
};

const employeeShape: Shape = {
  ...COMMON_SHAPE,
  ...EMPLOYEE_PROPERTIES,
  EmployeeNumber: { kind: "text", max: 100 },
  BillableTime: { kind: "boolean" },
};

export const employeeKind: EntityKind = {
  type: "Employee",
  sparse: true,
  isTransaction: false,
  duplicate: "customer",
  shape: employeeShape,
  build(context, input, previous) {
    return { ...personBody(context, input, previous), BillableTime: input["BillableTime"] === true };
  },
  keys: personKeys,
};

function personBody(context: CompanyContext, input: JsonObject, previous: JsonObject | null): JsonObject {
  const isActive = input["Active"] !== false;
  const displayName = nameByActivity(context, "name", displayNameOf(input), {
    isActive,
    wasActive: previous?.["Active"] !== false,
  });
  const { BillAddr: sentAddress, ...kept } = input;
  const address = storedAddress(context, sentAddress);
  return {
    ...kept,
    ...(address === null ? {} : { BillAddr: address }),
    DisplayName: displayName,
    PrintOnCheckName: textOf(input["PrintOnCheckName"]) ?? displayName.slice(0, 110),
    Active: isActive,
  };
}
