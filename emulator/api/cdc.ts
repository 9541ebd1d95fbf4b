/**
 * Change data capture (docs/qbo-api.md, section 7): what changed since a point in time, with stubs for deleted records.
 * It only reads; the look-back and the number of objects are limited as in QuickBooks.
 */
import type { CompanyContext } from "../company/context.ts";
import { typeOfName } from "../entities/kinds.ts";
import { missingParameter, QuickBooksFault } from "../wire/faults.ts";
import { pacificStamp } from "../wire/pacific.ts";

const MAX_LOOK_BACK_MS = 30 * 86_400_000;
const MAX_OBJECTS = 1000;
const EXCLUDED = new Set(["TaxCode", "TaxRate"]);

/** The `CDCResponse` list as JSON text. Throws 2020, 2000-like and date faults. */
export function changesSince(context: CompanyContext, entities: string | null, since: string | null): string {
  if (entities === null || entities === "") throw missingParameter("entities");
  if (since === null || since === "") throw missingParameter("changedSince");
  const sinceMs = Date.parse(since);
  if (Number.isNaN(sinceMs) || !/^\d{4}-\d{2}-\d{2}/.test(since)) {
    throw new QuickBooksFault("2060", `Invalid date format : changedSince. Supplied value:${since}`, {
      element: "changedSince",
    });
  }
  if (context.nowMs - sinceMs > MAX_LOOK_BACK_MS) {
    throw new QuickBooksFault("2070", "Invalid date : changedSince is more than 30 days ago", {
      element: "changedSince",
    });
  }
  let left = MAX_OBJECTS;
  const responses = entities.split(",").map((name) => {
    const type = typeOfName(name.trim());
    if (type === null || EXCLUDED.has(type))
      throw new QuickBooksFault("500", `Operation cdc for ${name.trim()} is not supported.`);
    const sinceS = Math.floor(sinceMs / 1000);
    const bodies = context.store.listBodies(type, "AND updated_s >= ?", [sinceS, left], "ORDER BY updated_s LIMIT ?");
    const stubs = context.store
      .listTombstones(type, sinceS)
      .slice(0, left - bodies.length)
      .map(
        (stone) =>
          `{"domain":"QBO","status":"Deleted","Id":"${stone.id}","MetaData":{"LastUpdatedTime":"${pacificStamp(stone.updatedS * 1000)}"}}`,
      );
    const all = [...bodies, ...stubs];
    left -= all.length;
    return all.length === 0
      ? "{}"
      : `{"${type}":[${all.join(",")}],"startPosition":1,"maxResults":${all.length},"totalCount":${all.length}}`;
  });
  return `[{"QueryResponse":[${responses.join(",")}]}]`;
}
