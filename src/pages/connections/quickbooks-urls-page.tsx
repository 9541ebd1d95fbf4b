/**
 * The Launch, Disconnect and Reconnect URLs that Intuit requires of every app. Following a link decides nothing: a
 * realm ID in the address is checked with QuickBooks before anything changes, a link on another site causes no such
 * check, and none of these pages redirects to Intuit on its own.
 */
import { type Context, Hono } from "hono";
import { checkConnection } from "../../actions/check-connection.ts";
import type { AppEnv } from "../../app-context.ts";
import type { Connection } from "../../connections/connection.ts";
import { findConnectionByRealm, listConnections, loadConnection } from "../../connections/store.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs, openToAll, may } from "../../people/route-access.ts";
import { PageHead } from "../../ui/layout.tsx";
import { redirectTo } from "../parts/local-redirect.ts";
import { missing } from "../parts/refusal.ts";
import { showNarrowPage, showPage } from "../parts/shell.tsx";
import { ConnectButton, ConnectionStateBadge, ReconnectButton } from "./connection-state.tsx";

const MAX_REALM_ID_CHARS = 40;

export const quickbooksUrlsPage = new Hono<AppEnv>();

quickbooksUrlsPage.get("/quickbooks/launch", needs("read"), async (c) => {
  const connection = await claimed(c);
  if (connection) return redirectTo(c, `/settings/quickbooks/${connection.id}`);
  return show(
    c,
    "Open Bookbridge",
    "You came from QuickBooks. Choose the company that you want to look at, or connect another one.",
  );
});

quickbooksUrlsPage.get("/quickbooks/reconnect", needs("read"), async (c) => {
  const connection = await claimed(c);
  if (!connection) return show(c, "Reconnect to QuickBooks", "Choose the company whose access has to be renewed.");
  return show(
    c,
    "Reconnect to QuickBooks",
    `Renew the access to ${connection.companyName}: you sign in at Intuit and choose the same company.`,
    connection,
  );
});

quickbooksUrlsPage.get(
  "/quickbooks/disconnected",
  openToAll("says only what to do; a person is asked for before anything is shown or read"),
  async (c) => {
    if (!c.get("person")) return showNarrowPage(c, { title: "Disconnected", body: <SignedOut /> });
    const connection = await claimed(c);
    if (!connection)
      return show(
        c,
        "Disconnected from QuickBooks",
        "If you disconnected the app in QuickBooks, that company's invoices are held here. You can reconnect it below at any time.",
      );
    if (connection.state === "connected" && may(c, "configure") && isFromAnotherSite(c))
      return askBeforeLooking(c, connection);
    return look(c, connection);
  },
);

quickbooksUrlsPage.post("/quickbooks/disconnected", needs("configure"), async (c) => {
  const connection = await claimed(c);
  if (!connection) throw missing("There is no such connection.");
  return look(c, connection);
});

/** The address is only a claim, so we ask QuickBooks, and its response decides. */
async function look(c: Context<AppEnv>, connection: Connection): Promise<Response> {
  if (connection.state === "connected" && may(c, "configure")) await checkConnection(actionContextOf(c), connection.id);
  const now = await loadConnection(c.get("db"), connection.id);
  const text =
    now.state === "connected"
      ? `QuickBooks still accepts our access to ${now.companyName}: nothing has changed.`
      : `QuickBooks no longer accepts our access to ${now.companyName}. Its invoices are held until you reconnect.`;
  return show(c, "Disconnected from QuickBooks", text, now);
}

/** A link, or an image, on another site: Intuit's own, or anybody's. */
function isFromAnotherSite(c: Context<AppEnv>): boolean {
  return ["cross-site", "same-site"].includes(c.req.header("sec-fetch-site") ?? "none");
}

/** Looking costs a read and may change the state, so that a link alone must not cause it. */
async function askBeforeLooking(c: Context<AppEnv>, { realmId, companyName }: Connection): Promise<Response> {
  const body = (
    <>
      <PageHead
        title="Disconnected from QuickBooks"
        lead={`If you disconnected the app from ${companyName} in QuickBooks, its invoices are held here.`}
      />
      <form method="post" action={`/quickbooks/disconnected?realmId=${encodeURIComponent(realmId)}`} class="card">
        <p>Bookbridge has not asked QuickBooks yet.</p>
        <div class="card-actions">
          <button type="submit" class="button primary">
            Check with QuickBooks
          </button>
        </div>
      </form>
    </>
  );
  return showPage(c, { title: "Disconnected from QuickBooks", body });
}

/** The connection for the realm ID in the address, if it is one of ours. */
async function claimed(c: Context<AppEnv>): Promise<Connection | null> {
  const realmId = c.req.query("realmId") ?? c.req.query("realmid") ?? "";
  return realmId === "" || realmId.length > MAX_REALM_ID_CHARS ? null : findConnectionByRealm(c.get("db"), realmId);
}

async function show(c: Context<AppEnv>, title: string, text: string, only?: Connection): Promise<Response> {
  const connections = only ? [only] : await listConnections(c.get("db"));
  const mayConfigure = may(c, "configure");
  return showPage(c, {
    title,
    body: (
      <Choice
        title={title}
        text={text}
        connections={connections}
        mayConfigure={mayConfigure}
        hasOnly={only !== undefined}
      />
    ),
  });
}

function SignedOut() {
  return (
    <div class="card">
      <h1>Disconnected from QuickBooks</h1>
      <p>
        If you disconnected the app in QuickBooks, nothing more is sent there. Invoices are held here until the company
        is reconnected.
      </p>
      <p>
        <a class="button primary" href="/login?next=%2Fsettings%2Fquickbooks">
          Sign in to reconnect
        </a>
      </p>
    </div>
  );
}

function Choice({
  title,
  text,
  connections,
  mayConfigure,
  hasOnly,
}: {
  title: string;
  text: string;
  connections: Connection[];
  mayConfigure: boolean;
  hasOnly: boolean;
}) {
  return (
    <>
      <PageHead title={title} lead={text} />
      {connections.map((connection) => (
        <section class="card">
          <div class="card-head">
            <h2>
              <a href={`/settings/quickbooks/${connection.id}`}>{connection.companyName}</a>
            </h2>
            <ConnectionStateBadge connection={connection} />
          </div>
          {mayConfigure && connection.state !== "connected" && <ReconnectButton connectionId={connection.id} />}
        </section>
      ))}
      {mayConfigure && !hasOnly && <ConnectButton isPrimary={connections.length === 0} />}
      <p>
        <a href="/">Go to the dashboard</a>
      </p>
    </>
  );
}
