/**
 * The app behind a meter, for the benchmark alone: the same Worker, with what each request asks of D1 counted and told
 * in the answer's headers, and a door through which rows are loaded. It must never be deployed.
 */
import { z } from "zod";
import app from "../src/index.ts";
import type { Env } from "../src/env.ts";
import { type Meter, metered, newMeter } from "./d1-meter.ts";
import { LOAD_PATH, METER_HEADER, QUERIES_HEADER, ROWS_HEADER } from "./meter-headers.ts";

export { RealmGate } from "../src/connections/realm-gate.ts";
export { RefusedRequests } from "../src/inbox/refused-requests.ts";

const identifier = z.string().regex(/^[a-z_]+$/);
const load = z.object({ table: identifier, columns: z.array(identifier), rows: z.string() });

export default {
  ...app,

  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === LOAD_PATH) return loadRows(request, env);
    if (request.headers.get(METER_HEADER) === null) return app.fetch(request, env, ctx);
    const meter = newMeter();
    const answer = await app.fetch(request, { ...env, DB: metered(env.DB, meter) }, ctx);
    // The whole body is made before the count is read: a page may go on asking while it renders.
    return withCounts(answer, await answer.arrayBuffer(), meter);
  },
} satisfies ExportedHandler<Env>;

function withCounts(answer: Response, body: ArrayBuffer, meter: Meter): Response {
  const counted = new Response(body, answer);
  counted.headers.set(ROWS_HEADER, String(meter.rowsRead));
  counted.headers.set(QUERIES_HEADER, String(meter.queries));
  return counted;
}

/** Inserts rows, given as one JSON list of lists in the order of `columns`; answers how many rows D1 wrote, indexes included. */
async function loadRows(request: Request, env: Env): Promise<Response> {
  const { table, columns, rows } = load.parse(await request.json());
  const cells = columns.map((_, place) => `json_extract(value, '$[${place}]')`).join(", ");
  const statement = `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${cells} FROM json_each(?)`;
  const { meta } = await env.DB.prepare(statement).bind(rows).run();
  return Response.json({ rowsWritten: meta.rows_written });
}
