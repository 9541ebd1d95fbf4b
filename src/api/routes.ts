/**
 * The API's table of contents: all operations with their keys and roles, the OpenAPI document and its readable docs.
 */
import { Hono } from "hono";
import type { AppEnv } from "../app-context.ts";
import { openToAll } from "../people/route-access.ts";
import { connectionOperations } from "./connections/operations.ts";
import { deliveryOperations } from "./deliveries/operations.ts";
import { showDocs } from "./docs-page.tsx";
import { instanceOperations } from "./instances/operations.ts";
import { invoiceOperations } from "./invoices/operations.ts";
import { linkOperations } from "./links/operations.ts";
import { openApiDocument } from "./openapi.ts";
import { mount, type Operation } from "./operation.ts";
import { orderOperations } from "./orders/operations.ts";
import { statusOperations } from "./status/operations.ts";

export const operations: readonly Operation[] = [
  ...connectionOperations,
  ...linkOperations,
  ...instanceOperations,
  ...orderOperations,
  ...invoiceOperations,
  ...deliveryOperations,
  ...statusOperations,
];

const v1 = new Hono<AppEnv>();
mount(v1, operations);
v1.get("/openapi.json", openToAll("describes the API and holds no data"), (c) =>
  c.json(openApiDocument(operations, c.get("config").appOrigin)),
);

export const api = new Hono<AppEnv>();
api.route("/v1", v1);
api.get("/docs", openToAll("describes the API and holds no data"), (c) => showDocs(c, operations));
