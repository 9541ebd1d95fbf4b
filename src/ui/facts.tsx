/**
 * Name-value pairs, as a description list that stacks on a narrow screen.
 */
import type { Child } from "hono/jsx";

export function Facts({ rows }: { rows: [label: string, value: Child][] }) {
  return (
    <dl class="facts">
      {rows.map(([label, value]) => (
        <div>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
