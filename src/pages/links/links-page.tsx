/**
 * The links of a connection: which buyer is which customer in QuickBooks, which SKU which item. Filter, search and position
 * are in the address. Everybody reads; who may configure changes and forgets.
 */
import { type Context, Hono } from "hono";
import { forgetLinkOf } from "../../actions/change-link.ts";
import type { AppEnv } from "../../app-context.ts";
import type { Connection } from "../../connections/connection.ts";
import { findConnection } from "../../connections/store.ts";
import { listInstances } from "../../instances/store.ts";
import { LISTED_KINDS, type ListedKind, readLinkId } from "../../mapping/link-key.ts";
import { type LinkPageRequest, findLink, isLinkCursor, listLinks } from "../../mapping/links-by-hand.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { may, needs } from "../../people/route-access.ts";
import type { Db } from "../../platform/db.ts";
import { ConfirmPage } from "../../ui/dialog.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { isFragmentRequest, respondWithFragment } from "../../ui/respond.tsx";
import { redirectWith } from "../parts/flash.ts";
import { readQuery } from "../parts/form.ts";
import { PAGE_ROWS } from "../parts/list-address.ts";
import { backWith, missing } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { LinkFilters, type LinkListProps, LinkResults, forgetQuestion, linksPath } from "./links-view.tsx";

const HERE = "/settings/quickbooks/:id/links";
const MAX_SEARCH_CHARS = 100;

export const linksPage = new Hono<AppEnv>();

linksPage.get(HERE, needs("read"), async (c) => {
  const connection = await subject(c);
  const props = await readList(c, connection);
  if (isFragmentRequest(c)) return respondWithFragment(c, c.get("nonce"), <LinkResults {...props} />);
  const body = (
    <>
      <PageHead
        title="Links"
        crumbs={{ href: `/settings/quickbooks/${connection.id}`, label: connection.companyName }}
        lead="Which buyer is which customer in QuickBooks, and which SKU is which item."
      />
      <LinkFilters connectionId={connection.id} texts={props.texts} />
      <LinkResults {...props} />
    </>
  );
  return showPage(c, { title: `Links of ${connection.companyName}`, body });
});

linksPage.get(`${HERE}/:link/forget`, needs("configure"), async (c) => {
  const connection = await subject(c);
  const named = readLinkId(c.req.param("link"));
  const link = named && (await findLink(c.get("db"), connection.id, named));
  if (!link) throw missing("There is no such link.");
  const question = forgetQuestion(link, { connection, instances: await namesOfInstances(c.get("db")) });
  return showPage(c, {
    title: question.title,
    body: <ConfirmPage {...question} cancelHref={linksPath(connection.id)} />,
  });
});

linksPage.post(`${HERE}/:link/forget`, needs("configure"), async (c) => {
  const id = c.req.param("id");
  const done = await forgetLinkOf(actionContextOf(c), id, c.req.param("link"));
  if (!done.ok) return backWith(c, linksPath(id), done);
  const text = "The link is forgotten. The next invoice that needs it looks it up in QuickBooks again.";
  return redirectWith(c, linksPath(id), { tone: "good", text });
});

async function readList(c: Context<AppEnv>, connection: Connection): Promise<LinkListProps> {
  const { values } = readQuery(c);
  const { kind = "", q = "" } = values;
  const texts = { kind: asKind(kind) ?? "", q: q.slice(0, MAX_SEARCH_CHARS) };
  const page = await listLinks(c.get("db"), connection.id, { kind: asKind(kind), q: texts.q }, pageOf(values));
  return {
    ...page,
    texts,
    connection,
    instances: await namesOfInstances(c.get("db")),
    mayConfigure: may(c, "configure"),
    qboAppUrl: c.get("config").qboAppUrl,
    now: c.get("now"),
  };
}

/** Their names by ID; links of removed instances stay. */
export async function namesOfInstances(db: Db): Promise<Map<string, string>> {
  const instances = await listInstances(db, { includeRemoved: true });
  return new Map(instances.map(({ id, name }) => [id, name]));
}

async function subject(c: Context<AppEnv>): Promise<Connection> {
  const connection = await findConnection(c.get("db"), c.req.param("id") ?? "");
  if (!connection) throw missing("There is no such connection.");
  return connection;
}

function asKind(text: string): ListedKind | undefined {
  return LISTED_KINDS.find((kind) => kind === text);
}

function pageOf({ after, before }: Record<string, string>): LinkPageRequest {
  if (after !== undefined && isLinkCursor(after)) return { limit: PAGE_ROWS, after };
  if (before !== undefined && isLinkCursor(before)) return { limit: PAGE_ROWS, before };
  return { limit: PAGE_ROWS };
}
