/**
 * Pages of lists that are short by nature (connections, instances): all rows have been read and are sorted by ID;
 * `after` is an ID.
 */

/** The rows after `after`, at most `limit`. */
export function idPage<Row extends { id: string }>(
  rows: Row[],
  { limit, after }: { limit: number; after?: string | undefined },
): { data: Row[]; next: string | null } {
  const behind = after === undefined ? rows : rows.filter((row) => row.id > after);
  const data = behind.slice(0, limit);
  return { data, next: behind.length > limit ? (data.at(-1)?.id ?? null) : null };
}
