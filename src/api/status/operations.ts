/**
 * `/status`: what the status page shows, for programs.
 */
import { readStatus } from "../../actions/status-report.ts";
import { operation } from "../operation.ts";
import { statusSchema } from "./responses.ts";

export const statusOperations = [
  operation({
    method: "get",
    path: "/status",
    tag: "Status",
    operationId: "getStatus",
    summary: "Get the state of connections, instances and backlog",
    right: "read",
    response: { status: 200, description: "What the status page shows.", schema: statusSchema },
    problems: [],
    handle: (c) => readStatus(c.env, c.get("db"), c.get("now")),
  }),
];
