/**
 * Control of tax codes: a person in QuickBooks adds a code with its rates, makes it inactive, or hides it. The API of
 * QuickBooks only reads them, and sends no event about them.
 */
import { Hono, type Context } from "hono";
import { z } from "zod";
import type { Env } from "../env.ts";
import { companyStub, intuitStub } from "../stubs.ts";
import { readBody } from "./read-body.ts";

const MAX_RATES = 10;

const rateSchema = z.object({
  name: z.string().trim().min(1).max(100),
  percent: z.string().regex(/^-?\d{1,2}(\.\d{1,5})?$/, "is a decimal text such as 9.975"),
});

const newCodeSchema = z
  .object({
    name: z.string().trim().min(1).max(100),
    description: z.string().max(100).default(""),
    rates: z.array(rateSchema).max(MAX_RATES),
    taxable: z.boolean().default(true),
    active: z.boolean().default(true),
    hidden: z.boolean().default(false),
  })
  .strict();

const switchSchema = z.object({ active: z.boolean().optional(), hidden: z.boolean().optional() }).strict();

export const taxCodeControlRoutes = new Hono<{ Bindings: Env }>();

taxCodeControlRoutes.post("/control/companies/:realm/tax-codes", async (c) => {
  const body = await readBody(c, newCodeSchema);
  if (!body.ok) return body.response;
  const { name, description, rates, taxable, active, hidden } = body.data;
  const facts = await intuitStub(c.env).factsOf(c.req.param("realm"));
  if (facts === null) return notFound(c, "company");
  const code = { name, description, sales: rates, isTaxable: taxable, isActive: active, isHidden: hidden };
  return json(c, 201, await companyStub(c.env, facts.realmId).addTaxCode(facts, code));
});

taxCodeControlRoutes.patch("/control/companies/:realm/tax-codes/:id", async (c) => {
  const body = await readBody(c, switchSchema);
  if (!body.ok) return body.response;
  const facts = await intuitStub(c.env).factsOf(c.req.param("realm"));
  if (facts === null) return notFound(c, "company");
  const change = { isActive: body.data.active, isHidden: body.data.hidden };
  const code = await companyStub(c.env, facts.realmId).switchTaxCode(facts, c.req.param("id"), change);
  return code === null ? notFound(c, "tax code") : json(c, 200, code);
});

function notFound(c: Context, what: string): Response {
  return c.json({ error: `There is no such ${what}` }, 404);
}

function json(c: Context, status: 200 | 201, body: string): Response {
  return c.body(body, status, { "content-type": "application/json" });
}
