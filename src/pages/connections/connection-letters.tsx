/**
 * Which letters a company keeps, as far as its answers have shown, and the button that forgets it. Only markup.
 */
import type { Connection } from "../../connections/connection.ts";
import type { Letters } from "../../quickbooks/letters.ts";
import { CalendarDate } from "../../ui/time.tsx";
import { dayIn } from "../../platform/calendar-date.ts";
import { timeZoneOf } from "../../connections/time-zone.ts";

const WORDS: Readonly<Record<Letters, string>> = {
  all: "Sent as they are. QuickBooks has not refused or changed any so far.",
  letters: "Letters of every script. Other signs, such as “ ” and –, are sent as plain ones.",
  latin1:
    "Western European letters only (ISO-8859-1). Others are sent as the letters that they resemble, with a warning.",
};

export function LettersKept({ connection, mayConfigure }: { connection: Connection; mayConfigure: boolean }) {
  const { letters, lettersLearnedAt } = connection;
  if (letters === "all" || lettersLearnedAt === null) return <>{WORDS.all}</>;
  return (
    <>
      <p>
        {WORDS[letters]} Learned from QuickBooks on{" "}
        <CalendarDate date={dayIn(timeZoneOf(connection), lettersLearnedAt)} />.
      </p>
      {mayConfigure && (
        <form method="post" action={`/settings/quickbooks/${connection.id}/letters`}>
          <button type="submit" class="button">
            Try again
          </button>
        </form>
      )}
    </>
  );
}
