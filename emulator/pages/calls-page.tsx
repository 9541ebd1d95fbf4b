/**
 * The calls that a company received, newest first: the request, the response, and the scenario that affected it. The
 * same record as GET /control/record, for people.
 */
import { Hono } from "hono";
import type { RecordRow } from "../control/record.ts";
import type { Env } from "../env.ts";
import { intuitStub } from "../stubs.ts";
import { CompanyFrame } from "./company-frame.tsx";
import { loadFacts, PAGE_ROWS } from "./page-context.ts";
import { Scroll } from "./scroll.tsx";

export const callsRoutes = new Hono<{ Bindings: Env }>();

callsRoutes.get("/companies/:realm/calls", async (c) => {
  const facts = await loadFacts(c, c.req.param("realm"));
  if (facts === null) return c.notFound();
  const intuit = intuitStub(c.env);
  const [rows, summary] = await Promise.all([
    intuit.listRecord({ realmId: facts.realmId, limit: PAGE_ROWS * 2, newestFirst: true }),
    intuit.summarizeRecord(facts.realmId),
  ]);
  return c.html(
    <CompanyFrame c={c} facts={facts} tab="calls" title="Received calls">
      <p class="faint">
        {summary.total} calls, {summary.committed} of them changed the books; at most {summary.max_per_second} in a
        second and {summary.max_per_minute} in a minute. Shown: the newest {rows.length}.
      </p>
      <Scroll label="Received calls" class="panel">
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Call</th>
              <th scope="col">Response</th>
              <th scope="col">Request</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <CallRow row={row} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </CompanyFrame>,
  );
});

function CallRow(props: { row: RecordRow }) {
  const { row } = props;
  const isGood = row.status === 200 && row.fault_code === null;
  return (
    <tr>
      <td>
        {row.at.slice(11, 23)}
        <div class="faint">{row.at.slice(0, 10)}</div>
      </td>
      <td>
        {row.kind}
        <div class="faint">{row.method}</div>
      </td>
      <td>
        <span class={isGood ? "badge good" : "badge warn"}>{row.status ?? "no response"}</span> {row.fault_code ?? ""}{" "}
        {row.replayed ? "replayed" : ""}
        {row.committed && row.entity_type !== null ? (
          <div class="faint">
            Books changed: {[row.entity_type, row.entity_id].filter((part) => part !== null).join(" ")}
          </div>
        ) : null}
        {row.scenario === null ? null : <div class="faint">Scenario: {row.scenario}</div>}
        <div class="faint">{row.duration_ms ?? 0} ms</div>
      </td>
      <td>
        <details>
          <summary>{row.requestid === null ? "Details" : `requestid ${row.requestid}`}</summary>
          <pre>
            {row.method} {row.path}
            {decoded(row.query)}
          </pre>
          <pre>{row.request_body}</pre>
          <pre>intuit_tid {row.intuit_tid}</pre>
        </details>
      </td>
    </tr>
  );
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query.replaceAll("+", " "));
  } catch {
    return query;
  }
}
