/**
 * Which items the lines of an order are booked on (docs/contract.md, section 8): identified by SKU within the company,
 * or by name if there is none. Pure.
 */
import type { OrderLine } from "../orders/order.ts";
import type { Letters } from "../quickbooks/letters.ts";
import { MAX_ITEM_DESCRIPTION_CHARS, MAX_ITEM_NAME_CHARS, MAX_SKU_CHARS } from "../quickbooks/limits.ts";
import { fullNameIn } from "../quickbooks/names.ts";
import { cleanText } from "../quickbooks/text.ts";
import type { Desired, FullName } from "./find-or-create.ts";
import { FittedTexts } from "./fitted-texts.ts";

export interface DesiredItem extends Desired {
  sku: string | null;
  description: string;
  /** A service item of ours such as 'Shipping', regardless of the settings for products. */
  isPlainService: boolean;
  fit: (letters: Letters) => DesiredItem;
}

/** The item of an order line, for a company that keeps these letters. */
export function desiredItem(line: OrderLine, letters: Letters): DesiredItem {
  const texts = new FittedTexts(letters);
  const spelled = namesOf(line, texts);
  const asSent = letters === "all" ? spelled : namesOf(line, new FittedTexts("all"));
  const description = cleanText(line.description ?? line.name ?? "", MAX_ITEM_DESCRIPTION_CHARS, letters).text;
  return {
    // The key does not depend on what the company keeps: what is linked stays linked when that is learned.
    key: asSent.sku ? `sku:${asSent.sku.toLowerCase()}` : `name:${asSent.name.toLowerCase()}`,
    ...spelled,
    original: asSent.name,
    full: fullOf(line, letters),
    letters,
    description,
    isPlainService: false,
    warnings: texts.warnings,
    fit: (fewer) => desiredItem(line, fewer),
  };
}

/** 'Category:Item': an item that is found by that keeps its name, so only the SKU may need a warning. */
function fullOf(line: OrderLine, letters: Letters): FullName | null {
  const name = fullNameIn(line.name ?? "");
  if (name === null) return null;
  const texts = new FittedTexts(letters);
  skuOf(line, texts);
  return { name, warnings: texts.warnings };
}

/** Null: it has none, or so few letters are kept that another product's would be the same; then its name counts. */
function skuOf(line: OrderLine, texts: FittedTexts): string | null {
  const given = line.sku?.trim() ?? "";
  const { text } = cleanText(given, MAX_SKU_CHARS, texts.letters, { isLine: true });
  if (questionMarks(text) <= questionMarks(given))
    return texts.fit(given, MAX_SKU_CHARS, "The SKU", { isLine: true }) || null;
  const message = `The SKU '${given}' has characters that QuickBooks does not accept, so the item has none there and is known by its name.`;
  texts.warn("text_changed", message);
  return null;
}

function questionMarks(text: string): number {
  return text.split("?").length - 1;
}

function namesOf(line: OrderLine, texts: FittedTexts): { sku: string | null; name: string } {
  const sku = skuOf(line, texts);
  const given = line.name?.trim() || line.sku?.trim() || "";
  const name = texts.fit(given, MAX_ITEM_NAME_CHARS, "The item name", { isName: true });
  const ofSku = sku ? cleanText(sku, MAX_ITEM_NAME_CHARS, texts.letters, { isName: true }).text : "";
  return { sku, name: name || ofSku || "Item" };
}

/** An item that replaces one of QuickBooks' own lines in a company that has them turned off. */
export function plainServiceItem(name: "Shipping" | "Discount"): DesiredItem {
  const item: DesiredItem = {
    key: `name:${name.toLowerCase()}`,
    sku: null,
    name,
    original: name,
    letters: "all",
    description: "",
    isPlainService: true,
    warnings: [],
    fit: () => item,
  };
  return item;
}
