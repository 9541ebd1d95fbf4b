/**
 * The trip to Intuit and back. Starting responds with a redirect; coming back reports the result. If Reconnect came
 * back with another company, nothing changes until the person has chosen.
 */
import { type Context, Hono } from "hono";
import { chooseCompany, connectCompany } from "../../actions/connect-company.ts";
import type { AppEnv } from "../../app-context.ts";
import { beginConnect } from "../../connections/connect.ts";
import { findPending, type PendingConnection } from "../../connections/pending.ts";
import { findConnection } from "../../connections/store.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs } from "../../people/route-access.ts";
import { PageHead } from "../../ui/layout.tsx";
import { redirectWith } from "../parts/flash.ts";
import { readForm } from "../parts/form.ts";
import { redirectTo } from "../parts/local-redirect.ts";
import { showPage } from "../parts/shell.tsx";
import { waitingWords } from "../parts/waiting-words.ts";

const LIST = "/settings/quickbooks";

export const oauthPage = new Hono<AppEnv>();

oauthPage.post("/oauth/intuit/start", needs("configure"), async (c) => {
  const wanted = (await readForm(c)).values["connection_id"] ?? "";
  const connection = wanted === "" ? null : await findConnection(c.get("db"), wanted);
  const owner = { sessionHash: c.get("sessionHash") ?? "", connectionId: connection?.id ?? null };
  const begun = await beginConnect(c.get("config"), c.get("db"), owner, c.get("now"));
  if (begun.kind === "go") return c.redirect(begun.url, 303);
  return redirectWith(c, backPath(connection?.id ?? null), {
    tone: "bad",
    text: `Intuit can't be reached right now: ${begun.detail} Try again in a minute.`,
  });
});

oauthPage.get("/oauth/intuit/callback", needs("configure"), async (c) => {
  const query = new URL(c.req.url).searchParams;
  const result = await connectCompany(actionContextOf(c), { query, sessionHash: c.get("sessionHash") ?? "" });
  switch (result.kind) {
    case "connected":
      return showConnected(c, result);
    case "denied":
      return redirectWith(c, backPath(result.connectionId), {
        tone: "note",
        text: "Access was not granted at Intuit. Nothing has changed.",
      });
    case "bad_state":
      return redirectWith(c, LIST, {
        tone: "bad",
        text: "This authorization has already been used, is too old, or was started by somebody else. Start again.",
      });
    case "exchange_failed": {
      const trace = result.intuitTid ? ` (intuit_tid ${result.intuitTid})` : "";
      return redirectWith(c, backPath(result.connectionId), { tone: "bad", text: `${result.detail}${trace}` });
    }
    case "another_company":
      return redirectTo(c, `/oauth/intuit/choose/${result.pending.id}`);
  }
});

oauthPage.get("/oauth/intuit/choose/:id", needs("configure"), async (c) => {
  const pending = await findPending(c.get("db"), c.req.param("id"), c.get("sessionHash") ?? "", c.get("now"));
  if (!pending)
    return redirectWith(c, LIST, {
      tone: "note",
      text: "This choice has already been made, or half an hour has passed. Nothing has changed.",
    });
  const expected = await findConnection(c.get("db"), pending.connectionId);
  return showPage(c, {
    title: "Another company",
    body: <ChooseCompany pending={pending} expected={expected?.companyName ?? "the company"} />,
  });
});

oauthPage.post("/oauth/intuit/choose/:id", needs("configure"), async (c) => {
  const choice = (await readForm(c)).values["choice"] === "connect" ? "connect" : "cancel";
  const given = { pendingId: c.req.param("id"), sessionHash: c.get("sessionHash") ?? "", choice } as const;
  const result = await chooseCompany(actionContextOf(c), given);
  if (result.kind === "connected") return showConnected(c, result);
  if (result.kind === "cancelled")
    return redirectWith(c, backPath(result.connectionId), {
      tone: "note",
      text: "Nothing has changed; the new access was discarded.",
    });
  return redirectWith(c, LIST, {
    tone: "note",
    text: "This choice has already been made, or half an hour has passed. Nothing has changed.",
  });
});

function showConnected(
  c: Context<AppEnv>,
  {
    connectionId,
    companyName,
    isNew,
    resumed,
  }: { connectionId: string; companyName: string; isNew: boolean; resumed: number },
): Response {
  const text = isNew
    ? `${companyName} is connected. Save the settings below, then check the configuration.`
    : `${companyName} is connected again, with the settings that it had. ${waitingWords({ held: 0, resumed })}`.trim();
  return redirectWith(c, backPath(connectionId), { tone: "good", text });
}

function backPath(connectionId: string | null): string {
  return connectionId === null ? LIST : `${LIST}/${connectionId}`;
}

function ChooseCompany({ pending, expected }: { pending: PendingConnection; expected: string }) {
  return (
    <>
      <PageHead title="This is another company" />
      <section class="card">
        <p>
          You reconnected <strong>{expected}</strong>, but at Intuit <strong>{pending.companyName}</strong> was chosen
          (realm ID <span class="code">{pending.realmId}</span>).
        </p>
        <p>Nothing has changed yet. Invoices of {expected} never go to another company by themselves.</p>
        <div class="card-actions">
          <form method="post" action={`/oauth/intuit/choose/${pending.id}`}>
            <input type="hidden" name="choice" value="cancel" />
            <button type="submit" class="button">
              Cancel
            </button>
          </form>
          <form method="post" action={`/oauth/intuit/choose/${pending.id}`}>
            <input type="hidden" name="choice" value="connect" />
            <button type="submit" class="button primary">
              Connect as another company
            </button>
          </form>
        </div>
      </section>
    </>
  );
}
