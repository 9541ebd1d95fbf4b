/**
 * `/connections`: the QuickBooks companies and their settings. Connecting needs a person with a browser, so it is not
 * here.
 */
import { checkConnection } from "../../actions/check-connection.ts";
import { disconnectCompany } from "../../actions/disconnect-company.ts";
import { saveConnection } from "../../actions/save-connection.ts";
import type { Connection } from "../../connections/connection.ts";
import { showSettings } from "../../connections/settings.ts";
import { findConnection, listConnections } from "../../connections/store.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { idPage } from "../id-page.ts";
import { operation } from "../operation.ts";
import { notFoundProblem, problemOf } from "../read-request.ts";
import { idPageQuery } from "../shapes.ts";
import { connectionPatch } from "./requests.ts";
import { checkSchema, connectionPage, connectionSchema, disconnectedSchema } from "./responses.ts";

const tag = "Connections";

const list = operation({
  method: "get",
  path: "/connections",
  tag,
  operationId: "listConnections",
  summary: "List the QuickBooks companies",
  right: "read",
  query: idPageQuery,
  response: { status: 200, description: "A page of connections, oldest first.", schema: connectionPage },
  problems: [],
  handle: async (c, { query }) => idPage((await listConnections(c.get("db"))).map(connectionView), query),
});

const one = operation({
  method: "get",
  path: "/connections/:id",
  tag,
  operationId: "getConnection",
  summary: "Get one connection",
  right: "read",
  response: { status: 200, description: "The connection.", schema: connectionSchema },
  problems: [404],
  handle: async (c) => {
    const connection = await findConnection(c.get("db"), c.req.param("id") ?? "");
    if (!connection) throw notFoundProblem("connection");
    return connectionView(connection);
  },
});

const change = operation({
  method: "patch",
  path: "/connections/:id",
  tag,
  operationId: "changeConnection",
  summary: "Change settings of a connection",
  details:
    "Only the given settings change; null clears one. `auto_invoice` can't be switched on while a required line of the check is wrong: the response is then a 422 that names each.",
  right: "configure",
  body: connectionPatch,
  response: { status: 200, description: "The connection as it is now.", schema: connectionSchema },
  problems: [404],
  handle: async (c, { body }) => {
    const saved = await saveConnection(actionContextOf(c), c.req.param("id") ?? "", body);
    if (!saved.ok) throw problemOf(saved);
    return connectionView(saved.connection);
  },
});

const check = operation({
  method: "post",
  path: "/connections/:id/check",
  tag,
  operationId: "checkConnection",
  summary: "Check the configuration",
  details: "Reads QuickBooks (four to six metered reads) and says, line by line, what is right and what is not.",
  right: "check",
  response: { status: 200, description: "The lines.", schema: checkSchema },
  problems: [404],
  handle: async (c) => {
    const checked = await checkConnection(actionContextOf(c), c.req.param("id") ?? "");
    if (!checked.ok) throw problemOf(checked);
    const data = checked.lines.map(({ id, label, status, required, message, fix }) => ({
      id,
      label,
      status,
      required,
      message,
      fix: fix?.label ?? null,
    }));
    return { ok: !data.some((line) => line.required && line.status === "wrong"), data };
  },
});

const disconnect = operation({
  method: "post",
  path: "/connections/:id/disconnect",
  tag,
  operationId: "disconnectConnection",
  summary: "Disconnect the company",
  details:
    "Revokes the access at Intuit. Settings and links stay; queued invoices are held until the company is connected again.",
  right: "configure",
  response: { status: 200, description: "The connection as it is now.", schema: disconnectedSchema },
  problems: [404],
  handle: async (c) => {
    const done = await disconnectCompany(actionContextOf(c), c.req.param("id") ?? "");
    if (!done.ok) throw problemOf(done);
    return { ...connectionView(done.connection), held_invoices: done.held, warning: done.warning };
  },
});

export const connectionOperations = [list, one, change, check, disconnect];

function connectionView(connection: Connection) {
  return {
    id: connection.id,
    realm_id: connection.realmId,
    company_name: connection.companyName,
    state: connection.state,
    state_changed_at: connection.stateChangedAt,
    ...showSettings(connection),
    country: connection.company.country,
    home_currency: connection.company.homeCurrency,
    subscription_lapsed_at: connection.subscriptionLapsedAt,
    created_at: connection.createdAt,
    updated_at: connection.updatedAt,
  };
}
