/**
 * Control of companies: create one, change its profile, look into its books, act in it as a person in QuickBooks would.
 * A person's actions keep every rule of QuickBooks; only tokens and SyncTokens are not required.
 */
import { Hono, type Context } from "hono";
import { z } from "zod";
import { profileNames, profilePatchSchema } from "../company/profile.ts";
import type { UserAction } from "../company/user-actions.ts";
import type { Env } from "../env.ts";
import { companyStub, intuitStub } from "../stubs.ts";
import type { Company } from "./companies.ts";
import { readBody } from "./read-body.ts";

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

const newCompanySchema = profilePatchSchema.extend({ profile: z.enum(profileNames).default("us-plus") });
const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  offset: z.coerce.number().int().min(0).default(0),
});

const mergeSchema = z.object({ into: z.string().regex(/^\d{1,15}$/) }).strict();

export const companyControlRoutes = new Hono<{ Bindings: Env }>();

companyControlRoutes.get("/control/companies", async (c) => {
  const companies = await intuitStub(c.env).listCompanies();
  return c.json({ data: companies.map(shown) });
});

companyControlRoutes.post("/control/companies", async (c) => {
  const body = await readBody(c, newCompanySchema);
  if (!body.ok) return body.response;
  const { profile, ...patch } = body.data;
  return c.json(shown(await intuitStub(c.env).addCompany(profile, patch)), 201);
});

companyControlRoutes.get("/control/companies/:realm", async (c) => {
  const company = await intuitStub(c.env).findCompany(c.req.param("realm"));
  return company === null ? noCompany(c) : c.json(shown(company));
});

companyControlRoutes.patch("/control/companies/:realm", async (c) => {
  const body = await readBody(c, profilePatchSchema);
  if (!body.ok) return body.response;
  const company = await intuitStub(c.env).changeCompany(c.req.param("realm"), body.data);
  return company === null ? noCompany(c) : c.json(shown(company));
});

companyControlRoutes.get("/control/companies/:realm/entities/:type", async (c) => {
  const page = pageSchema.safeParse(c.req.query());
  if (!page.success) return c.json({ error: "limit is 1 to 1000, offset 0 or more" }, 422);
  const facts = await intuitStub(c.env).factsOf(c.req.param("realm"));
  if (facts === null) return noCompany(c);
  const list = await companyStub(c.env, facts.realmId).list(facts, c.req.param("type"), page.data);
  if (list === null) return c.json({ error: "There is no such entity type" }, 404);
  return json(c, 200, `{"data":[${list.bodies.join(",")}],"count":${list.count}}`);
});

companyControlRoutes.get("/control/companies/:realm/entities/:type/:id", async (c) => {
  const facts = await intuitStub(c.env).factsOf(c.req.param("realm"));
  if (facts === null) return noCompany(c);
  const body = await companyStub(c.env, facts.realmId).find(facts, c.req.param("type"), c.req.param("id"));
  return body === null ? c.json({ error: "There is no such entity" }, 404) : json(c, 200, body);
});

companyControlRoutes.post("/control/companies/:realm/entities/:type", async (c) =>
  act(c, c.req.param("realm"), { verb: "create", type: c.req.param("type"), body: await c.req.text() }, 201),
);

companyControlRoutes.patch("/control/companies/:realm/entities/:type/:id", async (c) =>
  act(
    c,
    c.req.param("realm"),
    { verb: "change", type: c.req.param("type"), id: c.req.param("id"), body: await c.req.text() },
    200,
  ),
);

companyControlRoutes.post("/control/companies/:realm/entities/:type/:id/:verb{void|delete}", async (c) => {
  const named = { type: c.req.param("type"), id: c.req.param("id") };
  return act(
    c,
    c.req.param("realm"),
    c.req.param("verb") === "void" ? { verb: "void", ...named } : { verb: "delete", ...named },
    200,
  );
});

companyControlRoutes.post("/control/companies/:realm/entities/:type/:id/merge", async (c) => {
  const body = await readBody(c, mergeSchema);
  if (!body.ok) return body.response;
  const named = { type: c.req.param("type"), id: c.req.param("id"), intoId: body.data.into };
  return act(c, c.req.param("realm"), { verb: "merge", ...named }, 200);
});

async function act(
  c: Context<{ Bindings: Env }>,
  realmId: string,
  action: UserAction,
  status: 200 | 201,
): Promise<Response> {
  const intuit = intuitStub(c.env);
  const facts = await intuit.factsOf(realmId);
  if (facts === null) return noCompany(c);
  const { response, changes } = await companyStub(c.env, realmId).act(facts, action);
  if (!response.ok) return c.json({ error: response.message, code: response.code, detail: response.detail }, 422);
  await intuit.notify(realmId, changes);
  return json(c, status, response.body);
}

function shown(company: Company) {
  return { realm_id: company.realmId, profile: company.profileName, ...company.profile };
}

function noCompany(c: Context<{ Bindings: Env }>): Response {
  return c.json({ error: "There is no such company" }, 404);
}

/** Books are passed on as they are stored, so their decimals stay exact. */
function json(c: Context<{ Bindings: Env }>, status: 200 | 201, body: string): Response {
  return c.body(body, status, { "content-type": "application/json" });
}
