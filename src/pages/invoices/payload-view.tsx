/**
 * An invoice's QuickBooks payload: as a table that people can read, and byte for byte. It reads only the text it is
 * given, so it can't show anything but what is or was sent.
 */
import { ExactNumber, indented, parseExactJson } from "../../platform/exact-json.ts";
import { CopyBlock } from "../../ui/copy-text.tsx";
import { Table } from "../../ui/table.tsx";

/** Deeper than any payload of ours; bounds the recursion. */
const MAX_DEPTH = 8;

export interface PayloadRow {
  field: string;
  value: string;
}

export function PayloadView({ json, isSent }: { json: string; isSent: boolean }) {
  const rows = payloadRows(json);
  return (
    <section class="card" aria-labelledby="payload-title">
      <h2 id="payload-title">QuickBooks payload</h2>
      <p class="muted">
        {isSent
          ? "What was sent to QuickBooks."
          : "What will be sent to QuickBooks, built by the same code that sends it. Names that are not in QuickBooks yet get their ID when it is sent."}
      </p>
      <details>
        <summary>As a table</summary>
        <Table
          caption="Payload, field by field"
          isScrolling
          rows={rows}
          columns={[
            { label: "Field", cell: (row) => row.field },
            { label: "Value", cell: (row) => row.value },
          ]}
        />
      </details>
      <details>
        <summary>As JSON</summary>
        <CopyBlock id="payload-json" label="JSON" value={indented(json)} />
      </details>
    </section>
  );
}

/** Every value of the payload with the path to it, e.g. `Line 1 › Amount`. */
export function payloadRows(json: string): PayloadRow[] {
  return walk(parseExactJson(json), "", 0);
}

function walk(value: unknown, path: string, depth: number): PayloadRow[] {
  if (value === null || value === undefined || depth > MAX_DEPTH) return [];
  if (value instanceof ExactNumber) return [{ field: path, value: value.text }];
  if (Array.isArray(value)) return value.flatMap((item, index) => walk(item, `${path} ${index + 1}`, depth + 1));
  if (typeof value === "object") {
    return Object.entries(value).flatMap(([key, item]) =>
      walk(item, path === "" ? key : `${path} › ${key}`, depth + 1),
    );
  }
  return typeof value === "string" || typeof value === "boolean" ? [{ field: path, value: String(value) }] : [];
}
