/**
 * A form that somebody may read but not use: its controls are off, and it says why. It guards nothing: routes do.
 */
import type { Child } from "hono/jsx";

export function ReadOnlyUnless({ isAllowed, why, children }: { isAllowed: boolean; why: string; children?: Child }) {
  if (isAllowed) return <>{children}</>;
  return (
    <fieldset disabled class="plain">
      <p class="hint">{why}</p>
      {children}
    </fieldset>
  );
}
