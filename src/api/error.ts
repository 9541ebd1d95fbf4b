/**
 * An invoice's error and warnings as the API shows them (docs/contract.md, section 4): snake case, the eight fields and
 * nothing else that is stored with them.
 */
import { z } from "zod";
import { publicErrorSchema } from "../failures/push-error.ts";
import { warningSchema } from "../failures/warning.ts";
import { named } from "./named.ts";

export const errorSchema = named("PushError", publicErrorSchema);

export const warningsSchema = z.array(warningSchema);
