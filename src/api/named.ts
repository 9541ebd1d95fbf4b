/**
 * Names for schemas: one that is named here appears under that name in the OpenAPI document.
 */
import { z } from "zod";

/** Schemas with a name of their own in the document. */
export const namedSchemas = z.registry<{ id: string }>();

/** Gives a schema its name; names are unique. */
export function named<T extends z.ZodType>(id: string, schema: T): T {
  namedSchemas.add(schema, { id });
  return schema;
}
