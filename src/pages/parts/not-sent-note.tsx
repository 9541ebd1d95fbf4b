/**
 * Invoices that are Not sent stay so, whichever switch is turned on: this says how many there are and links to the page
 * that sends them.
 */
import { agree, plural } from "../../platform/words.ts";

export function NotSentNote({ count, href, isAuto }: { count: number; href: string; isAuto: boolean }) {
  if (count === 0) return null;
  const what = `${plural(count, "invoice")} ${agree(count, "is", "are")} Not sent`;
  return (
    <div class="notice notice-note">
      <p>{isAuto ? `${what}: Auto invoice sends only what arrives from now on.` : `${what}.`}</p>
      <a class="button" href={href}>
        Review and send
      </a>
    </div>
  );
}
