/**
 * Scenarios for people: a form that makes something go wrong next, and the list of active scenarios. The same as POST
 * /control/scenarios; control/scenario-catalogue.ts describes each scenario.
 */
import { Hono } from "hono";
import { CALL_KINDS } from "../api/call-kind.ts";
import { SCENARIOS } from "../control/scenario-catalogue.ts";
import { scenarioRequestSchema, type ActiveScenario } from "../control/scenario-store.ts";
import type { Env } from "../env.ts";
import { intuitStub } from "../stubs.ts";
import { CompanyFrame } from "./company-frame.tsx";
import { back, loadFacts, readForm } from "./page-context.ts";
import { Scroll } from "./scroll.tsx";

export const scenariosRoutes = new Hono<{ Bindings: Env }>();

scenariosRoutes.get("/companies/:realm/scenarios", async (c) => {
  const facts = await loadFacts(c, c.req.param("realm"));
  if (facts === null) return c.notFound();
  const active = (await intuitStub(c.env).listScenarios()).filter(
    (scenario) => scenario.realm_id === null || scenario.realm_id === facts.realmId,
  );
  return c.html(
    <CompanyFrame c={c} facts={facts} tab="scenarios" title="Scenarios">
      <ActiveList realmId={facts.realmId} active={active} />
      <ScenarioForm realmId={facts.realmId} />
    </CompanyFrame>,
  );
});

scenariosRoutes.post("/companies/:realm/scenarios", async (c) => {
  const realm = c.req.param("realm");
  const read = await readForm(c);
  const to = `/companies/${realm}/scenarios`;
  const name = read("scenario");
  const options = Object.fromEntries(
    read("options")
      .split(/[\r\n,]+/)
      .map((line) => line.split("=").map((part) => part.trim()))
      .flatMap(([key = "", value = ""]) =>
        key === "" ? [] : [[key, value === "true" ? true : value === "false" ? false : value]],
      ),
  );
  const request = scenarioRequestSchema.safeParse({
    scenario: name,
    realm_id: realm,
    ...(read("kind") === "" ? {} : { kinds: [read("kind")] }),
    times: Number(read("times") || "1"),
    options,
  });
  if (!request.success) return back(c, to, "problem", request.error.issues.map((issue) => issue.message).join("; "));
  await intuitStub(c.env).addScenario(request.data);
  return back(c, to, "done", `${name} is switched on.`);
});

scenariosRoutes.post("/companies/:realm/scenarios/:id/off", async (c) => {
  const { realm, id } = c.req.param();
  await intuitStub(c.env).removeScenario(id);
  return back(c, `/companies/${realm}/scenarios`, "done", "The scenario is switched off.");
});

function ActiveList(props: { realmId: string; active: ActiveScenario[] }) {
  if (props.active.length === 0) return <p>Nothing is switched on: every call gets its normal response.</p>;
  return (
    <Scroll label="Scenarios that are switched on" class="panel">
      <table>
        <thead>
          <tr>
            <th scope="col">Scenario</th>
            <th scope="col">Calls</th>
            <th scope="col">Left</th>
            <th scope="col">Bent so far</th>
            <th scope="col">
              <span>Off</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.active.map((scenario) => (
            <tr>
              <td>{scenario.scenario}</td>
              <td>{scenario.kinds.join(", ")}</td>
              <td>{scenario.times_left ?? `no end, chance ${scenario.probability}`}</td>
              <td>{scenario.bent}</td>
              <td>
                <form method="post" action={`/companies/${props.realmId}/scenarios/${scenario.id}/off`} class="plain">
                  <button type="submit">Switch off</button>
                </form>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function ScenarioForm(props: { realmId: string }) {
  return (
    <>
      <h2>Let something go wrong</h2>
      <form method="post" action={`/companies/${props.realmId}/scenarios`} class="panel">
        <div class="grid">
          <label>
            Scenario
            <select name="scenario">
              {Object.entries(SCENARIOS).map(([name, { about }]) => (
                <option value={name}>{`${name}: ${about}`}</option>
              ))}
            </select>
          </label>
          <label>
            Kind of call
            <select name="kind">
              <option value="">as usual for the scenario</option>
              {["any", "reads", "writes", ...CALL_KINDS].map((kind) => (
                <option value={kind}>{kind}</option>
              ))}
            </select>
          </label>
          <label>
            For the next calls
            <input type="number" name="times" min={1} max={1000000} value="1" />
          </label>
          <label>
            Options (name=value, one a line)
            <textarea name="options" rows={2}></textarea>
          </label>
        </div>
        <p class="buttons">
          <button type="submit" class="primary">
            Switch on
          </button>
        </p>
      </form>
    </>
  );
}
