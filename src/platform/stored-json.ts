/**
 * Documents that are stored as JSON in a column and outlive the release that wrote them. Each carries the version of
 * its format as `v`; a missing one means 0, and version 0 is written without it. The release before versions existed
 * compares texts, and while both run, or after a rollback, it must find the very text that it would write itself. Reading upgrades an older one and fills in missing fields; unknown fields are left
 * out, since a newer release may have been rolled back. Documents are compared by content, never as text.
 */
import { z } from "zod";

type Json = Record<string, unknown>;

export interface StoredJson<T> {
  write: (value: T) => string;
  /** Throws if no release wrote it. */
  read: (text: string) => T;
  isSame: (a: T, b: T) => boolean;
}

/**
 * The JSON format of a document. A new field needs no new version if it is wrapped in `absentAsNull`; `upgrades[n]`
 * turns version n into n + 1 when the meaning of a field has changed.
 */
export function storedJson<T extends object>(
  schema: z.ZodType<T>,
  upgrades: readonly ((old: Json) => Json)[],
): StoredJson<T> {
  const canonical = (value: T) => JSON.stringify(schema.parse(value));
  return {
    write: (value) => {
      const content = schema.parse(value);
      return JSON.stringify(upgrades.length === 0 ? content : { v: upgrades.length, ...content });
    },
    read: (text) => {
      const stored = versioned.parse(JSON.parse(text));
      return schema.parse(upgrades.slice(stored.v).reduce<Json>((old, upgrade) => upgrade(old), stored));
    },
    isSame: (a, b) => canonical(a) === canonical(b),
  };
}

const versioned = z.looseObject({ v: z.number().int().min(0).default(0) });

/** A nullable field that older documents don't have. */
export function absentAsNull<T extends z.ZodType>(schema: T): z.ZodDefault<z.ZodNullable<T>> {
  return z.nullable(schema).default(null);
}
