/**
 * The result of a person's last action, in a line or two at the top of the main part.
 */
import type { Child } from "hono/jsx";

export type NoticeTone = "good" | "bad" | "note";

export function Notice({ tone, children }: { tone: NoticeTone; children?: Child }) {
  return (
    <div class={`notice notice-${tone}`} role={tone === "bad" ? "alert" : "status"}>
      {children}
    </div>
  );
}
