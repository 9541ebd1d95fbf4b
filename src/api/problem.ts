/**
 * How the API says what went wrong (RFC 9457), for the OpenAPI document. The problems themselves are made by
 * platform/problem.ts.
 */
import { z } from "zod";
import { named } from "./named.ts";

export const problemSchema = named(
  "Problem",
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
);
