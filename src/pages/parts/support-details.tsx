/**
 * What somebody who asks for help has to pass on: facts of one failure as plain text, to copy with one button or to read.
 * It must never hold a secret, nor anything about a customer that the failed invoice or delivery does not hold itself.
 */
import packageJson from "../../../package.json" with { type: "json" };
import { CopyResult } from "../../ui/copy-text.tsx";

export interface SupportDetailsProps {
  /** Unique on the page. */
  id: string;
  /** Left out where the value is null. */
  facts: readonly (readonly [label: string, value: string | number | null])[];
  /** Where help is to be had; null if the operator has set nothing. */
  supportUrl: string | null;
}

export function SupportDetails({ id, facts, supportUrl }: SupportDetailsProps) {
  return (
    <div class="support" data-copies>
      <div class="card-actions">
        <button type="button" class="button small js-only" data-copy={id}>
          Copy details for support
        </button>
        <a href={supportUrl ?? "/help"}>{supportUrl ? "Contact support" : "Help"}</a>
      </div>
      <details>
        <summary class="small">Details for support</summary>
        <pre id={id} class="code" tabindex={0} role="region" aria-label="Details for support">
          {supportText(facts)}
        </pre>
      </details>
      <CopyResult />
    </div>
  );
}

/** One fact a line, the version first. */
export function supportText(facts: SupportDetailsProps["facts"]): string {
  const lines = [["Bookbridge", packageJson.version] as const, ...facts];
  return lines.flatMap(([label, value]) => (value === null || value === "" ? [] : [`${label}: ${value}`])).join("\n");
}
