/**
 * Check configuration: the button that reads QuickBooks, and the result line by line, each with its fix. Only markup:
 * connections/check-*.ts decides what is right or wrong.
 */
import type { CheckLine } from "../../connections/check-line.ts";
import type { Connection } from "../../connections/connection.ts";
import { agree, plural } from "../../platform/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { hx } from "../../ui/hx.ts";

const CHECK_BADGES = {
  ok: { tone: "good", label: "OK" },
  wrong: { tone: "bad", label: "Needs attention" },
  warning: { tone: "warn", label: "Worth a look" },
} as const;

/** The button that reads QuickBooks, and the result of the last check. */
export function ConfigurationCheck({
  connection,
  lines,
  mayConfigure,
}: {
  connection: Connection;
  lines: CheckLine[] | null;
  mayConfigure: boolean;
}) {
  const action = `/settings/quickbooks/${connection.id}/check`;
  const wrong = lines?.filter((line) => line.status === "wrong").length ?? 0;
  return (
    <section class="card" id="check" aria-labelledby="check-title">
      <div class="card-head">
        <h2 id="check-title">Configuration</h2>
        {mayConfigure && (
          <form
            method="post"
            action={action}
            {...hx({ post: action, target: "#check", swap: "outerHTML", disable: "find button" })}
          >
            <button type="submit" class="button">
              Check configuration
            </button>
          </form>
        )}
      </div>
      <div aria-live="polite" class="stack">
        {lines === null ? (
          <p class="muted">Reads QuickBooks and says, line by line, what is in order and what is not.</p>
        ) : (
          <>
            <p>
              {wrong === 0
                ? "Everything that sending needs is in order."
                : `${plural(wrong, "line")} ${agree(wrong, "needs", "need")} attention.`}
            </p>
            <ul class="checks">
              {lines.map((line) => (
                <li>
                  <Badge tone={CHECK_BADGES[line.status].tone} label={CHECK_BADGES[line.status].label} />
                  <span>
                    <strong>{line.label}</strong>
                    <br />
                    {line.message}
                  </span>
                  <CheckFix connection={connection} line={line} />
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </section>
  );
}

function CheckFix({ connection, line }: { connection: Connection; line: CheckLine }) {
  if (!line.fix) return null;
  if (line.fix.setStartDate) {
    return (
      <form method="post" action={`/settings/quickbooks/${connection.id}/start-date`}>
        <input type="hidden" name="inventory_start_date" value={line.fix.setStartDate} />
        <button type="submit" class="button small">
          {line.fix.label}
        </button>
      </form>
    );
  }
  return line.fix.href ? <a href={line.fix.href}>{line.fix.label}</a> : null;
}
