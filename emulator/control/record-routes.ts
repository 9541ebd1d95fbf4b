/**
 * Control of the record and of scenarios: what was received, and what should go wrong next. Reading the record never
 * changes it.
 */
import { Hono } from "hono";
import { z } from "zod";
import type { Env } from "../env.ts";
import { intuitStub } from "../stubs.ts";
import { readBody } from "./read-body.ts";
import { SCENARIOS } from "./scenario-catalogue.ts";
import { scenarioRequestSchema } from "./scenario-store.ts";

const MAX_LIMIT = 10_000;
const DEFAULT_LIMIT = 1_000;

const recordQuerySchema = z.object({
  realm_id: z.string().optional(),
  kind: z.string().optional(),
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
});

export const recordControlRoutes = new Hono<{ Bindings: Env }>();

recordControlRoutes.get("/control/record", async (c) => {
  const query = recordQuerySchema.safeParse(c.req.query());
  if (!query.success) return c.json({ error: `limit is 1 to ${MAX_LIMIT}, after 0 or more` }, 422);
  const { realm_id, kind, after, limit } = query.data;
  const data = await intuitStub(c.env).listRecord({ realmId: realm_id, kind, after, limit });
  return c.json({ data, next: data.length === limit ? (data.at(-1)?.seq ?? null) : null });
});

recordControlRoutes.get("/control/record/summary", async (c) =>
  c.json(await intuitStub(c.env).summarizeRecord(c.req.query("realm_id"))),
);

recordControlRoutes.delete("/control/record", async (c) => {
  await intuitStub(c.env).clearRecord();
  return c.body(null, 204);
});

recordControlRoutes.get("/control/scenarios", async (c) =>
  c.json({ data: await intuitStub(c.env).listScenarios(), catalogue: SCENARIOS }),
);

recordControlRoutes.post("/control/scenarios", async (c) => {
  const body = await readBody(c, scenarioRequestSchema);
  if (!body.ok) return body.response;
  return c.json(await intuitStub(c.env).addScenario(body.data), 201);
});

recordControlRoutes.delete("/control/scenarios/:id", async (c) =>
  (await intuitStub(c.env).removeScenario(c.req.param("id")))
    ? c.body(null, 204)
    : c.json({ error: "There is no such scenario" }, 404),
);

recordControlRoutes.delete("/control/scenarios", async (c) => {
  await intuitStub(c.env).clearScenarios();
  return c.body(null, 204);
});
