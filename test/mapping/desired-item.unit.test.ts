/** Which item a line is booked on, as far as letters decide it (docs/contract.md, section 8, *Letters*). */
import { describe, expect, test } from "vitest";
import { desiredItem } from "../../src/mapping/desired-item.ts";
import { contentOf } from "./make-content.ts";

function itemOf(sku: string, name: string | null, letters: "all" | "letters" | "latin1") {
  const lines = [{ sku, ...(name === null ? {} : { name }), quantity: "1", unit_price: "5" }];
  const [line] = contentOf({ lines, total: "5.00" }).order.lines;
  if (!line) throw new Error("No line");
  return desiredItem(line, letters);
}

describe("an SKU of letters that the company turns into question marks", () => {
  test("is not sent, since another product's would be the same", () => {
    const [tea, rice] = [itemOf("中文-1", "Tea", "latin1"), itemOf("日本-1", "Rice", "latin1")];
    expect([tea.sku, rice.sku]).toEqual([null, null]);
    expect([tea.name, rice.name]).toEqual(["Tea", "Rice"]);
    expect(tea.key).not.toBe(rice.key);
    expect(tea.warnings.map(({ message }) => message)).toEqual([
      "The SKU '中文-1' has characters that QuickBooks does not accept, so the item has none there and is known by its name.",
    ]);
  });

  test("names no item either", () => {
    expect(itemOf("中文", null, "latin1").name).toBe("Item");
  });

  test("is sent where they are kept, or have a likeness", () => {
    expect(itemOf("中文-1", "Tea", "all").sku).toBe("中文-1");
    expect(itemOf("ŁÓDŹ-1", "Tea", "latin1").sku).toBe("LÓDZ-1");
    expect(itemOf("A?-1", "Tea", "latin1").sku).toBe("A?-1");
  });
});

test("a name of which nothing is left is not quoted as nothing", () => {
  expect(
    itemOf("A-1", "😀", "all")
      .warnings.map(({ message }) => message)
      .join(),
  ).toContain("can't be used there");
});
