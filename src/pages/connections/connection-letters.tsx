/**
 * Which letters a company keeps, as far as its answers have shown, and the button that forgets it. Only markup.
 */
import type { Connection } from "../../connections/connection.ts";
import { LETTERS_WORDS } from "../../connections/letters-words.ts";
import { CalendarDate } from "../../ui/time.tsx";
import { dayIn } from "../../platform/calendar-date.ts";
import { timeZoneOf } from "../../connections/time-zone.ts";

export function LettersKept({ connection, mayConfigure }: { connection: Connection; mayConfigure: boolean }) {
  const { letters, lettersLearnedAt } = connection;
  if (letters === "all" || lettersLearnedAt === null) return <>{LETTERS_WORDS.all}</>;
  return (
    <>
      <p>
        {LETTERS_WORDS[letters]} Learned from QuickBooks on{" "}
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
