/**
 * Shown in place of an empty list: why it is empty and what to do next. Never a bare 'nothing found'.
 */
import type { Child } from "hono/jsx";

export function EmptyState({
  title,
  children,
  action,
}: {
  title: string;
  children?: Child;
  action?: { href: string; label: string };
}) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{children}</p>
      {action && (
        <a class="button primary" href={action.href}>
          {action.label}
        </a>
      )}
    </div>
  );
}
