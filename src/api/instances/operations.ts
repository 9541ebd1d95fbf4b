/**
 * `/instances`: the order systems. A signing secret is shown only when it is created or rotated.
 */
import { addInstance } from "../../actions/add-instance.ts";
import { changeInstance } from "../../actions/change-instance.ts";
import { retireInstance } from "../../actions/retire-instance.ts";
import { rotateWebhookSecret } from "../../actions/webhook-secret.ts";
import { type Instance, webhookUrl } from "../../instances/instance.ts";
import { findInstance, listInstances } from "../../instances/store.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { idPage } from "../id-page.ts";
import { operation } from "../operation.ts";
import { notFoundProblem, problemOf } from "../read-request.ts";
import { idPageQuery } from "../shapes.ts";
import { instanceChange, instanceCreate } from "./requests.ts";
import { instancePage, instanceSchema, instanceWithSecret } from "./responses.ts";

const tag = "Instances";

const list = operation({
  method: "get",
  path: "/instances",
  tag,
  operationId: "listInstances",
  summary: "List the order systems",
  right: "read",
  query: idPageQuery,
  response: { status: 200, description: "A page of instances, oldest first.", schema: instancePage },
  problems: [],
  handle: async (c, { query }) => {
    const instances = await listInstances(c.get("db"));
    const { appOrigin } = c.get("config");
    return idPage(
      instances.map((instance) => instanceView(instance, appOrigin)),
      query,
    );
  },
});

const create = operation({
  method: "post",
  path: "/instances",
  tag,
  operationId: "createInstance",
  summary: "Create an instance",
  details:
    "The response holds `webhook_secret`, only this once: the order system signs its deliveries with it (Standard Webhooks).",
  right: "configure",
  body: instanceCreate,
  response: { status: 201, description: "The new instance with its signing secret.", schema: instanceWithSecret },
  problems: [],
  handle: async (c, { body }) => {
    const created = await addInstance(actionContextOf(c), body);
    if (!created.ok) throw problemOf(created);
    return { ...instanceView(created.instance, c.get("config").appOrigin), webhook_secret: created.secret };
  },
});

const one = operation({
  method: "get",
  path: "/instances/:id",
  tag,
  operationId: "getInstance",
  summary: "Get one instance",
  right: "read",
  response: { status: 200, description: "The instance.", schema: instanceSchema },
  problems: [404],
  handle: async (c) => {
    const instance = await findInstance(c.get("db"), c.req.param("id") ?? "");
    if (!instance || instance.removedAt !== null) throw notFoundProblem("instance");
    return instanceView(instance, c.get("config").appOrigin);
  },
});

const change = operation({
  method: "patch",
  path: "/instances/:id",
  tag,
  operationId: "changeInstance",
  summary: "Change an instance",
  details:
    "Only the given fields change; `connection_id` null removes the association. This never sends an invoice that is Not sent.",
  right: "configure",
  body: instanceChange,
  response: { status: 200, description: "The instance as it is now.", schema: instanceSchema },
  problems: [404],
  handle: async (c, { body }) => {
    const saved = await changeInstance(actionContextOf(c), c.req.param("id") ?? "", body);
    if (!saved.ok) throw problemOf(saved);
    return instanceView(saved.instance, c.get("config").appOrigin);
  },
});

const remove = operation({
  method: "delete",
  path: "/instances/:id",
  tag,
  operationId: "removeInstance",
  summary: "Remove an instance",
  details: "Its webhook then responds with 410. Its orders and invoices stay.",
  right: "configure",
  response: { status: 204, description: "Removed.", schema: null },
  problems: [404],
  handle: async (c) => {
    const removed = await retireInstance(actionContextOf(c), c.req.param("id") ?? "");
    if (!removed.ok) throw problemOf(removed);
    return null;
  },
});

const rotate = operation({
  method: "post",
  path: "/instances/:id/rotate-secret",
  tag,
  operationId: "rotateInstanceSecret",
  summary: "Rotate the signing secret",
  details: "The old secret stays valid for 24 hours.",
  right: "configure",
  response: { status: 200, description: "The instance with its new signing secret.", schema: instanceWithSecret },
  problems: [404],
  handle: async (c) => {
    const rotated = await rotateWebhookSecret(actionContextOf(c), c.req.param("id") ?? "");
    if (!rotated.ok) throw problemOf(rotated);
    return { ...instanceView(rotated.instance, c.get("config").appOrigin), webhook_secret: rotated.secret };
  },
});

export const instanceOperations = [list, create, one, change, remove, rotate];

function instanceView(instance: Instance, appOrigin: string) {
  return {
    id: instance.id,
    name: instance.name,
    connection_id: instance.connectionId,
    enabled: instance.enabled,
    auto_invoice: instance.autoInvoice,
    webhook_url: webhookUrl(appOrigin, instance.id),
    created_at: instance.createdAt,
    updated_at: instance.updatedAt,
  };
}
