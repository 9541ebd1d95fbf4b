/**
 * Tables that become cards on a narrow screen. The roles are written out, because a browser no longer treats a table as
 * one once its rows are laid out as cards; each cell carries its column's name for that layout.
 */
import type { Child } from "hono/jsx";

export interface Column<Row> {
  /** The column's name; empty for a column of controls, which then needs `hiddenLabel`. */
  label: string;
  hiddenLabel?: string;
  cell: (row: Row) => Child;
  /** Right-aligned figures. */
  isNumber?: boolean;
  /** Takes no more room than it needs. */
  isTight?: boolean;
  /** Text of any length, which may break anywhere. */
  isLong?: boolean;
  /** The cell that serves as a card's title. */
  isTitle?: boolean;
  /** Where its heading sorts the list, and how the list is sorted by it now. */
  sort?: { href: string; direction: "ascending" | "descending" | null };
}

export interface TableProps<Row> {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  /** A row's ID in the document: a refresh then changes the row in place and never takes another one for it. */
  rowId?: (row: Row) => string;
  /** Wide tables scroll inside a labelled region instead of becoming cards. */
  isScrolling?: boolean;
}

export function Table<Row>({ caption, columns, rows, rowId, isScrolling }: TableProps<Row>) {
  const table = (
    <table class={isScrolling ? "table" : "table cards"} role="table" aria-label={caption}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th
              role="columnheader"
              scope="col"
              class={cellClass(column)}
              {...(column.sort?.direction ? { "aria-sort": column.sort.direction } : {})}
            >
              <Heading {...column} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row" {...(rowId ? { id: rowId(row) } : {})}>
            {columns.map((column) => (
              <td
                role="cell"
                class={cellClass(column)}
                {...(column.label && !column.isTitle ? { "data-label": column.label } : {})}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
  if (!isScrolling) return table;
  return (
    <div class="scroll" role="region" aria-label={caption} tabindex={0}>
      {table}
    </div>
  );
}

function Heading({
  label,
  hiddenLabel,
  sort,
}: {
  label: string;
  hiddenLabel?: string | undefined;
  sort?: { href: string } | undefined;
}) {
  if (sort) return <a href={sort.href}>{label}</a>;
  return <>{label || <span class="visually-hidden">{hiddenLabel}</span>}</>;
}

function cellClass<Row>(column: Column<Row>): string {
  return [
    column.isNumber && "number",
    column.isTight && "tight",
    column.isLong && "long",
    column.isTitle && "card-title",
    !column.label && "control",
  ]
    .filter(Boolean)
    .join(" ");
}
