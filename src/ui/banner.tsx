/**
 * A banner on every page says that something needs a person, until its cause is gone. It is an alert, so it must be
 * short: what is wrong, what waits, one link.
 */
import type { Child } from "hono/jsx";

export function Banner({ children, action }: { children?: Child; action?: { href: string; label: string } }) {
  return (
    <div class="banner" role="alert">
      <p>{children}</p>
      {action && (
        <a class="button" href={action.href}>
          {action.label}
        </a>
      )}
    </div>
  );
}
