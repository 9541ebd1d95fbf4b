/**
 * Amounts and addresses as people read them. Decimals stay exact: they are grouped as text, never turned into floats.
 * For the emulator's pages only; the API never uses it.
 */
import Big from "big.js";
import { decimalOf, objectOf, textOf, type Json } from "../wire/json.ts";

/** `1,861.08`, followed by the currency's code if one is given. */
export function money(value: Json | undefined, currency = ""): string {
  const amount = decimalOf(value);
  if (amount === null) return "";
  return `${grouped(amount)}${currency === "" ? "" : ` ${currency}`}`;
}

/** A quantity or a price with as many decimals as it has. */
export function plain(value: Json | undefined): string {
  return decimalOf(value)?.toFixed() ?? "";
}

/** The decimal that a person typed, with or without thousands separators; null if it is none. */
export function decimalIn(text: string): Big | null {
  const plainText = text.replaceAll(",", "").trim();
  return /^-?\d{1,12}(\.\d{1,7})?$/.test(plainText) ? new Big(plainText) : null;
}

/** The lines of an address, empty ones left out. */
export function addressLines(value: Json | undefined): string[] {
  const address = objectOf(value);
  if (address === null) return [];
  const part = (name: string): string => textOf(address[name]) ?? "";
  const town = [
    part("City"),
    [part("CountrySubDivisionCode"), part("PostalCode")].filter((text) => text !== "").join(" "),
  ];
  return [
    part("Line1"),
    part("Line2"),
    part("Line3"),
    part("Line4"),
    part("Line5"),
    town.filter((text) => text !== "").join(", "),
    part("Country"),
  ].filter((line) => line !== "");
}

function grouped(amount: Big): string {
  const [whole = "", cents = "00"] = amount.abs().toFixed(2).split(".");
  return `${amount.lt(0) ? "-" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents}`;
}
