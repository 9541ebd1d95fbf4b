/**
 * Puts a page into the frame: navigation by role, banners for connections that need attention, the notice of the last
 * action. Whatever is the same on every page is loaded here, in one place; a page adds only its main part.
 */
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppEnv } from "../../app-context.ts";
import { type Role, hasRight } from "../../people/roles.ts";
import { Frame, NarrowFrame, type NavGroup } from "../../ui/layout.tsx";
import { Notice, type NoticeTone } from "../../ui/notice.tsx";
import { respondWithPage } from "../../ui/respond.tsx";
import { AttentionBanners, type Attention, listAttention } from "./attention.tsx";
import { takeFlash } from "./flash.ts";

export interface Page {
  title: string;
  /** The main part; a component, so it renders with this response's nonce. */
  body: Child;
  status?: ContentfulStatusCode;
  notice?: { tone: NoticeTone; text: Child } | null;
}

/** Responds with a page in the full frame. */
export async function showPage(c: Context<AppEnv>, page: Page): Promise<Response> {
  const attention = c.get("person") ? await listAttention(c.get("db")) : [];
  const flash = page.notice ?? takeFlash(c);
  return respondWithPage(
    c,
    c.get("nonce"),
    <Framed c={c} page={page} flash={flash} attention={attention} />,
    page.status,
  );
}

/**
 * Responds with a full-width page for somebody who is not signed in: no navigation, no banners, no links into the app.
 */
export async function showWidePage(c: Context<AppEnv>, page: Page): Promise<Response> {
  const markup = (
    <Frame title={page.title} path={c.req.path} navigation={[]} signedInAs={null}>
      {page.body}
    </Frame>
  );
  return respondWithPage(c, c.get("nonce"), markup, page.status);
}

/** Responds with a page for one small task, without navigation. */
export async function showNarrowPage(c: Context<AppEnv>, page: Page): Promise<Response> {
  const flash = page.notice ?? takeFlash(c);
  const markup = (
    <NarrowFrame title={page.title} notice={flash && <Notice tone={flash.tone}>{flash.text}</Notice>}>
      {page.body}
    </NarrowFrame>
  );
  return respondWithPage(c, c.get("nonce"), markup, page.status);
}

function Framed({
  c,
  page,
  flash,
  attention,
}: {
  c: Context<AppEnv>;
  page: Page;
  flash: Page["notice"];
  attention: Attention[];
}) {
  const person = c.get("person");
  return (
    <Frame
      title={page.title}
      path={c.req.path}
      navigation={person ? navigationOf(person.role) : []}
      signedInAs={person?.email ?? null}
      banners={<AttentionBanners attention={attention} />}
      notice={flash && <Notice tone={flash.tone}>{flash.text}</Notice>}
    >
      {page.body}
    </Frame>
  );
}

function navigationOf(role: Role): NavGroup[] {
  return [
    {
      label: null,
      items: [
        { href: "/", label: "Dashboard", icon: "dashboard" },
        { href: "/fulfillment", label: "Fulfillment", icon: "box" },
        { href: "/invoices", label: "Invoices", icon: "invoice" },
        { href: "/deliveries", label: "Deliveries", icon: "inbox" },
        { href: "/status", label: "Status", icon: "pulse" },
      ],
    },
    {
      label: "Settings",
      items: [
        { href: "/settings/quickbooks", label: "QuickBooks Online", icon: "plug" },
        { href: "/settings/instances", label: "Instances", icon: "stack" },
        { href: "/settings/alerts", label: "Alerts", icon: "bell" },
        ...(hasRight(role, "administer")
          ? ([
              { href: "/settings/api-keys", label: "API keys", icon: "key" },
              { href: "/settings/users", label: "People", icon: "people" },
            ] as const)
          : []),
        { href: "/activity", label: "Activity", icon: "clock" },
      ],
    },
    { label: null, items: [{ href: "/help", label: "Help", icon: "help" }] },
  ];
}
