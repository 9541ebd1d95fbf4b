/**
 * The status page, and its read-only copy behind a shared link, which expires or is revoked.
 */
import { type Context, Hono } from "hono";
import { revokeShare, shareStatus } from "../../actions/share-status.ts";
import { readStatus } from "../../actions/status-report.ts";
import type { AppEnv } from "../../app-context.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { recordOnceAnHour } from "../../people/activity.ts";
import { strangerAt } from "../../people/person.ts";
import { placeOf } from "../../people/sessions.ts";
import { needs, openToAll, may } from "../../people/route-access.ts";
import { findShare, listShares, type StatusShare, shareUrl } from "../../people/status-shares.ts";
import { CopyField } from "../../ui/copy-text.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { Live } from "../../ui/live.tsx";
import { respondWithFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { Instant } from "../../ui/time.tsx";
import { redirectWith } from "../parts/flash.ts";
import { backWith, missing } from "../parts/refusal.ts";
import { showPage, showWidePage } from "../parts/shell.tsx";
import { isMoving, StatusBody, type StatusProps } from "./status-view.tsx";

const HERE = "/status";

export const statusPage = new Hono<AppEnv>();

statusPage.get(HERE, needs("read"), async (c) => {
  const props = await readProps(c, false);
  if (isFragmentRequest(c)) return respondWithFragment(c, c.get("nonce"), <LiveStatus {...props} />);
  const shares = may(c, "configure") ? await readShares(c) : null;
  const body = (
    <>
      <PageHead title="Status" lead="Connections, order systems and what is on its way, as of now.">
        {shares && (
          <form method="post" action={`${HERE}/share`}>
            <button type="submit" class="button">
              Share
            </button>
          </form>
        )}
      </PageHead>
      <LiveStatus {...props} />
      {shares && <Shares shares={shares} now={props.now} />}
    </>
  );
  return showPage(c, { title: "Status", body });
});

statusPage.post(`${HERE}/share`, needs("configure"), async (c) => {
  const shared = await shareStatus(actionContextOf(c));
  if (!shared.ok) return backWith(c, HERE, shared);
  return redirectWith(c, `${HERE}#shares`, {
    tone: "good",
    text: "The read-only link is ready. Copy it from the list at the end of this page.",
  });
});

statusPage.post(`${HERE}/shares/:id/revoke`, needs("configure"), async (c) => {
  const revoked = await revokeShare(actionContextOf(c), c.req.param("id"));
  if (!revoked.ok) return backWith(c, HERE, revoked);
  return redirectWith(c, HERE, { tone: "good", text: "The link is revoked: it no longer works." });
});

statusPage.get(`${HERE}/s/:token`, openToAll("the signed token guards it"), async (c) => {
  const share = await findShare(c.get("db"), c.get("config"), c.req.param("token"), c.get("now"));
  if (!share) throw missing("This link has expired or was revoked. Ask whoever shared it for a new one.");
  const used = {
    action: "status_share.used",
    subject: { kind: "status_share", id: share.id, name: "Status page" },
  } as const;
  await recordOnceAnHour(c.get("db"), c.get("now"), strangerAt(placeOf(c).address), used);
  const props = await readProps(c, true);
  const body = (
    <>
      <PageHead
        title="Status"
        lead={
          <>
            Read only. This link expires <Instant at={share.expiresAt} />.
          </>
        }
      />
      <StatusBody {...props} />
    </>
  );
  return showWidePage(c, { title: "Status", body });
});

async function readProps(c: Context<AppEnv>, isShared: boolean): Promise<StatusProps> {
  return { report: await readStatus(c.env, c.get("db"), c.get("now")), now: c.get("now"), isShared };
}

function LiveStatus(props: StatusProps) {
  return (
    <Live id="status" url={HERE} pace={isMoving(props.report) ? "steady" : "no"}>
      <StatusBody {...props} />
    </Live>
  );
}

interface ShareRow extends StatusShare {
  url: string;
}

async function readShares(c: Context<AppEnv>): Promise<ShareRow[]> {
  const shares = await listShares(c.get("db"), c.get("now"));
  return Promise.all(shares.map(async (share) => ({ ...share, url: await shareUrl(c.get("config"), share) })));
}

function Shares({ shares, now }: { shares: ShareRow[]; now: Date }) {
  if (shares.length === 0) return null;
  return (
    <section class="card" id="shares" aria-labelledby="shares-title">
      <h2 id="shares-title">Shared links</h2>
      <p class="muted">
        Anyone with such a link can see this page without signing in, and nothing else. It shows no customer data.
      </p>
      {shares.map((share) => (
        <div class="share">
          <CopyField id={`share-${share.id}`} label="Shared link" value={share.url} />
          <p class="muted small">
            Made by {share.createdBy} <Instant at={share.createdAt} now={now} />, ends <Instant at={share.expiresAt} />
          </p>
          <form method="post" action={`${HERE}/shares/${share.id}/revoke`}>
            <button type="submit" class="button small danger-quiet">
              Revoke
            </button>
          </form>
        </div>
      ))}
    </section>
  );
}
