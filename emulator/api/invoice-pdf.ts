/**
 * An invoice's PDF (docs/qbo-api.md, section 5.8): one plain page of text, enough for a client that downloads and
 * stores it. It prints only what the books hold; the browser page has the layout.
 */
import { decimalOf, listOf, objectOf, textOf, type JsonObject } from "../wire/json.ts";

const FONT_SIZE = 11;
const LINE_HEIGHT = 16;
const TOP = 780;
const MAX_LINES = 45;
const MAX_LINE_CHARS = 90;

/** The bytes of a PDF, one character per byte (Latin-1). */
export function invoicePdf(companyName: string, invoice: JsonObject): string {
  const lines = textLines(companyName, invoice).slice(0, MAX_LINES);
  const content = `BT /F1 ${FONT_SIZE} Tf ${LINE_HEIGHT} TL 56 ${TOP} Td ${lines.map((line) => `(${escape(line)}) '`).join(" ")} ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  ];
  let pdf = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  return `${pdf}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${pdf.length}\n%%EOF\n`;
}

function textLines(companyName: string, invoice: JsonObject): string[] {
  const amount = (name: string): string => decimalOf(invoice[name])?.toFixed(2) ?? "";
  const goods = listOf(invoice["Line"]).flatMap<string>((part) => {
    const line = objectOf(part);
    const item = textOf(objectOf(objectOf(line?.["SalesItemLineDetail"])?.["ItemRef"])?.["name"]);
    const text = textOf(line?.["Description"]) ?? item;
    return line === null || text === null ? [] : [`${text}   ${decimalOf(line["Amount"])?.toFixed(2) ?? ""}`];
  });
  return [
    companyName,
    `INVOICE ${textOf(invoice["DocNumber"]) ?? ""}`,
    `Date ${textOf(invoice["TxnDate"]) ?? ""}, due ${textOf(invoice["DueDate"]) ?? ""}`,
    `Bill to ${textOf(objectOf(invoice["CustomerRef"])?.["name"]) ?? ""}`,
    "",
    ...goods,
    "",
    `Total ${amount("TotalAmt")}`,
    `Balance ${amount("Balance")}`,
  ].map((line) => line.slice(0, MAX_LINE_CHARS));
}

/** In a PDF string, parentheses and backslashes are escaped; line breaks become spaces. */
function escape(text: string): string {
  return text.replace(/[\\()]/g, (char) => `\\${char}`).replace(/[^\x20-\x7e\xa0-\xff]/g, " ");
}
