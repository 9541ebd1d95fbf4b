/**
 * `/connections/:id/links`: which buyer is which customer in QuickBooks, which SKU which item.
 */
import { changeLink, findSubject, forgetLinkOf } from "../../actions/change-link.ts";
import { findConnection } from "../../connections/store.ts";
import { LISTED_KINDS, linkIdOf, readLinkKey } from "../../mapping/link-key.ts";
import { type ListedLink, listLinks } from "../../mapping/links-by-hand.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { operation } from "../operation.ts";
import { notFoundProblem, problemOf } from "../read-request.ts";
import { linkPatch, linkQuery } from "./requests.ts";
import { linkPage, linkSchema } from "./responses.ts";

const tag = "Links";

const list = operation({
  method: "get",
  path: "/connections/:id/links",
  tag,
  operationId: "listLinks",
  summary: "List the links of a connection",
  details:
    "Which buyer is which customer in QuickBooks, and which SKU is which item; accounts only with `kind=account`. Sorted by kind and by the name in QuickBooks. `q` finds part of a buyer's ID or name, of a SKU, or of the name in QuickBooks.",
  right: "read",
  query: linkQuery,
  response: { status: 200, description: "A page of links.", schema: linkPage },
  problems: [404],
  handle: async (c, { query }) => {
    const connection = await findConnection(c.get("db"), c.req.param("id") ?? "");
    if (!connection) throw notFoundProblem("connection");
    const { kind, q, limit, after } = query;
    const { rows, next } = await listLinks(c.get("db"), connection.id, { kind, q }, { limit, after });
    return { data: rows.map(linkView), next };
  },
});

const one = operation({
  method: "get",
  path: "/connections/:id/links/:link",
  tag,
  operationId: "getLink",
  summary: "Get one link",
  right: "read",
  response: { status: 200, description: "The link.", schema: linkSchema },
  problems: [404],
  handle: async (c) => {
    const found = await findSubject(c.get("db"), c.req.param("id") ?? "", c.req.param("link") ?? "");
    if (!found.ok) throw problemOf(found);
    return linkView(found.link);
  },
});

const change = operation({
  method: "patch",
  path: "/connections/:id/links/:link",
  tag,
  operationId: "changeLink",
  summary: "Link another record in QuickBooks",
  details:
    "`qbo_id` is the ID of an active customer or item there (one metered read). 409 if the customer is linked to another buyer. Invoices that are in QuickBooks already stay as they are.",
  right: "configure",
  body: linkPatch,
  response: { status: 200, description: "The link as it is now.", schema: linkSchema },
  problems: [404, 409],
  handle: async (c, { body }) => {
    const named = { qboId: body.qbo_id };
    const changed = await changeLink(actionContextOf(c), c.req.param("id") ?? "", c.req.param("link") ?? "", named);
    if (!changed.ok) throw problemOf(changed);
    return linkView(changed.link);
  },
});

const forget = operation({
  method: "delete",
  path: "/connections/:id/links/:link",
  tag,
  operationId: "forgetLink",
  summary: "Forget a link",
  details: "The next invoice that needs it looks it up in QuickBooks again. Nothing changes in QuickBooks.",
  right: "configure",
  response: { status: 204, description: "The link is forgotten.", schema: null },
  problems: [404],
  handle: async (c) => {
    const done = await forgetLinkOf(actionContextOf(c), c.req.param("id") ?? "", c.req.param("link") ?? "");
    if (!done.ok) throw problemOf(done);
    return null;
  },
});

export const linkOperations = [list, one, change, forget];

function linkView(link: ListedLink) {
  const thing = readLinkKey(link);
  const kind = LISTED_KINDS.find((listed) => listed === link.kind);
  if (kind === undefined) throw new Error(`A ${link.kind} is not listed`);
  return {
    id: linkIdOf(link),
    kind,
    instance_id: thing.kind === "buyer" ? thing.instanceId : null,
    key: thing.text,
    buyer_name: link.buyer?.name ?? null,
    qbo_id: link.qboId,
    qbo_name: link.name,
    origin: link.origin,
    since: link.since,
  };
}
