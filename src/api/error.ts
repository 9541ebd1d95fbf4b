/**
 * The error and the warnings of an invoice as the API shows them (contract, section 4): snake case, the eight fields and
 * nothing else that is stored with them.
 */
import { z } from "zod";
import { ERROR_CATEGORIES, warningSchema } from "../failures/push-error.ts";
import { named } from "./named.ts";

export const errorSchema = named(
  "PushError",
  z.object({
    // Text that was written when the error happened; the categories are told to readers of the document.
    category: z.string().meta({ enum: [...ERROR_CATEGORIES] }),
    title: z.string(),
    message: z.string(),
    remedy: z.string(),
    code: z.string().nullable(),
    retryable: z.boolean(),
    intuit_tid: z.string().nullable(),
    occurred_at: z.string(),
  }),
);

export const warningsSchema = z.array(warningSchema);
