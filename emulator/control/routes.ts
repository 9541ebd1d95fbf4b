/**
 * The control API: what tests and the demo use to create companies, inspect what was received, and cause trouble. JSON
 * without a key, because the emulator only listens on the local machine. docs/emulator.md is its reference.
 */
import { Hono } from "hono";
import { companyControlRoutes } from "./company-routes.ts";
import { recordControlRoutes } from "./record-routes.ts";
import { taxCodeControlRoutes } from "./tax-code-routes.ts";
import { tokenControlRoutes } from "./token-routes.ts";
import { webhookControlRoutes } from "./webhook-routes.ts";
import type { Env } from "../env.ts";
import { companyStub, intuitStub } from "../stubs.ts";

export const controlRoutes = new Hono<{ Bindings: Env }>();

controlRoutes.route("/", companyControlRoutes);
controlRoutes.route("/", taxCodeControlRoutes);
controlRoutes.route("/", tokenControlRoutes);
controlRoutes.route("/", recordControlRoutes);
controlRoutes.route("/", webhookControlRoutes);

controlRoutes.post("/control/reset", async (c) => {
  const intuit = intuitStub(c.env);
  const companies = await intuit.listCompanies();
  await Promise.all(companies.map((company) => companyStub(c.env, company.realmId).erase()));
  await intuit.reset();
  return c.json({ ok: true });
});

controlRoutes.all("/control/*", (c) => c.json({ error: "There is no such control route; see docs/emulator.md" }, 404));
