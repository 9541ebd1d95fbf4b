/**
 * What is known of the letters that a company keeps, with its rules removed one at a time. See broken-rules.ts.
 */
import { isOut } from "./broken.ts";

type LostLetters = typeof import("../../src/mapping/lost-letters.ts");
type KeptLetters = typeof import("../../src/pushes/kept-letters.ts");
type WriteRecord = typeof import("../../src/quickbooks/write-record.ts");

const LOST_WITH_ANSWER = "a record whose letters got lost with its answer is corrected, not created again";

/** A record is looked for by its own name only. */
export function withoutLostLetters(real: LostLetters): LostLetters {
  return {
    ...real,
    spellings: (desired, name) => (isOut(LOST_WITH_ANSWER) ? [name] : real.spellings(desired, name)),
    lostNames: (...given) => (isOut(LOST_WITH_ANSWER) ? [] : real.lostNames(...given)),
  };
}

/** An answer counts whatever it says. */
export function withoutWriteRecord(real: WriteRecord): WriteRecord {
  return {
    ...real,
    writeRecord: async (...given) => {
      const written = await real.writeRecord(...given);
      const isBlind = isOut("a record that QuickBooks has with other letters is given those that it keeps");
      return isBlind ? { ...written, letters: null } : written;
    },
  };
}

export function withoutKeptLetters(real: KeptLetters): KeptLetters {
  return {
    ...real,
    lettersKept: (...given) =>
      isOut("an invoice that QuickBooks has with other letters is sent again") ? null : real.lettersKept(...given),
  };
}
