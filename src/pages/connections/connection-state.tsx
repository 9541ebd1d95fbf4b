/**
 * A connection's state in words and colour, and the buttons that begin an authorization at Intuit. The forms are plain
 * on purpose: the response is a redirect to another site, which a fetch could not follow.
 */
import type { Connection } from "../../connections/connection.ts";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";

const WORDS = {
  connected: { label: "Connected", tone: "good" },
  reconnect_needed: { label: "Reconnect needed", tone: "bad" },
  disconnected: { label: "Disconnected", tone: "neutral" },
} as const satisfies Record<Connection["state"], { label: string; tone: BadgeTone }>;

export function ConnectionStateBadge({
  connection,
}: {
  connection: Pick<Connection, "state" | "subscriptionLapsedAt">;
}) {
  if (connection.state === "connected" && connection.subscriptionLapsedAt)
    return <Badge tone="warn" label="Subscription lapsed" />;
  const { label, tone } = WORDS[connection.state];
  return <Badge tone={tone} label={label} />;
}

/** Begins an authorization for a company that we may not know yet. */
export function ConnectButton({ isPrimary = true }: { isPrimary?: boolean }) {
  return (
    <form method="post" action="/oauth/intuit/start">
      <button type="submit" class={isPrimary ? "button primary" : "button"}>
        Connect to QuickBooks
      </button>
    </form>
  );
}

/**
 * Begins an authorization that should lead back to the same company. Also while connected: another user of the company may
 * have the rights that this one lacks.
 */
export function ReconnectButton({ connectionId, isPrimary = true }: { connectionId: string; isPrimary?: boolean }) {
  return (
    <form method="post" action="/oauth/intuit/start" id="reconnect">
      <input type="hidden" name="connection_id" value={connectionId} />
      <button type="submit" class={isPrimary ? "button primary" : "button"}>
        Reconnect to QuickBooks
      </button>
    </form>
  );
}
