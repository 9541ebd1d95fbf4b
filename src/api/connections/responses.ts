/**
 * What the API returns about connections (docs/contract.md, section 6): the types of its responses, and what the
 * OpenAPI document promises.
 */
import { z } from "zod";
import { settingsShown } from "../../connections/settings.ts";
import { named } from "../named.ts";
import { id, pageOf, time } from "../shapes.ts";

const connectionFields = z.object({
  id,
  realm_id: z.string(),
  company_name: z.string(),
  state: z.enum(["connected", "reconnect_needed", "disconnected"]),
  state_changed_at: time,
  ...settingsShown,
  country: z.string(),
  home_currency: z.string(),
  subscription_lapsed_at: time.nullable(),
  created_at: time,
  updated_at: time,
});
export const connectionSchema = named("Connection", connectionFields);
export const connectionPage = pageOf("ConnectionPage", connectionSchema);

export const disconnectedSchema = named(
  "Disconnected",
  connectionFields.extend({
    held_invoices: z.int().meta({ description: "Invoices that wait for the company to be connected again." }),
    warning: z
      .string()
      .nullable()
      .meta({ description: "Set if Intuit could not be reached; here the company is disconnected all the same." }),
  }),
);

export const checkSchema = named(
  "Check",
  z.object({
    ok: z
      .boolean()
      .meta({ description: "False while a required line is wrong; Auto invoice then can't be turned on." }),
    data: z.array(
      z.object({
        id: z.string(),
        label: z.string(),
        status: z.enum(["ok", "wrong", "warning"]),
        required: z.boolean(),
        message: z.string(),
        fix: z.string().nullable(),
      }),
    ),
  }),
);
