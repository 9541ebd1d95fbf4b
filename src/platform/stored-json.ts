/**
 * Documents that are kept as JSON in a column, long after the release that wrote them. Each carries the version of its
 * shape as `v` (missing: 0). Reading brings an older one up to date and fills in what is missing; what is not known is
 * left out, since a newer release may have been rolled back. Documents are compared by what they say, never as text.
 */
import { z } from "zod";

type Json = Record<string, unknown>;

export interface StoredJson<T> {
  write: (value: T) => string;
  /** Throws if it is not what some release wrote. */
  read: (text: string) => T;
  isSame: (a: T, b: T) => boolean;
}

/**
 * The JSON form of a document. A field that is new needs no version of its own if it is wrapped in `absentAsNull`;
 * `upgrades[n]` turns version n into n + 1 where what a field means has changed.
 */
export function storedJson<T extends object>(
  schema: z.ZodType<T>,
  upgrades: readonly ((old: Json) => Json)[],
): StoredJson<T> {
  const canonical = (value: T) => JSON.stringify(schema.parse(value));
  return {
    write: (value) => JSON.stringify({ v: upgrades.length, ...schema.parse(value) }),
    read: (text) => {
      const stored = versioned.parse(JSON.parse(text));
      return schema.parse(upgrades.slice(stored.v).reduce<Json>((old, upgrade) => upgrade(old), stored));
    },
    isSame: (a, b) => canonical(a) === canonical(b),
  };
}

const versioned = z.looseObject({ v: z.number().int().min(0).default(0) });

/** A field that may be null, and that older documents don't have. */
export function absentAsNull<T extends z.ZodType>(schema: T): z.ZodDefault<z.ZodNullable<T>> {
  return z.nullable(schema).default(null);
}
