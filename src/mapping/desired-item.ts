/**
 * Which items the lines of an order are booked on (docs/contract.md, section 8): identified by SKU within the company,
 * or by name if there is none. Pure.
 */
import type { OrderLine } from "../orders/order.ts";
import { MAX_ITEM_NAME_CHARS, MAX_SKU_CHARS } from "../quickbooks/limits.ts";
import { cleanText } from "../quickbooks/text.ts";
import type { Desired } from "./find-or-create.ts";
import { FittedTexts } from "./fitted-texts.ts";

export interface DesiredItem extends Desired {
  sku: string | null;
  description: string | null;
  /** A service item of ours such as 'Shipping', regardless of the settings for products. */
  isPlainService: boolean;
}

/** The item of an order line. */
export function desiredItem(line: OrderLine): DesiredItem {
  const texts = new FittedTexts();
  const sku = line.sku ? texts.fit(line.sku.trim(), MAX_SKU_CHARS, "The SKU", { isLine: true }) || null : null;
  const name = texts.fit(line.name?.trim() || line.sku?.trim() || "", MAX_ITEM_NAME_CHARS, "The item name", {
    isName: true,
  });
  const usable = name || (sku ? cleanText(sku, MAX_ITEM_NAME_CHARS, { isName: true }).text : "") || "Item";
  return {
    key: sku ? `sku:${sku.toLowerCase()}` : `name:${usable.toLowerCase()}`,
    sku,
    name: usable,
    description: line.description ?? line.name,
    isPlainService: false,
    warnings: texts.warnings,
  };
}

/** An item that replaces one of QuickBooks' own lines in a company that has them turned off. */
export function plainServiceItem(name: "Shipping" | "Discount"): DesiredItem {
  return {
    key: `name:${name.toLowerCase()}`,
    sku: null,
    name,
    description: null,
    isPlainService: true,
    warnings: [],
  };
}
