/**
 * How the API reports what went wrong (RFC 9457), for the OpenAPI document. platform/problem.ts makes the problems
 * themselves.
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
