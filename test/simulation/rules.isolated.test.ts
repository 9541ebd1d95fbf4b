/**
 * Mutation of the rules (docs/architecture.md, sections 3 and 9): each story ends well with its rule, and without it the
 * oracle sees the harm. If the oracle did not, the rule would be superfluous or the oracle blind.
 *
 * What can't be disabled separately here, and why:
 * - Rule 2, the length of the lease: a shorter one only makes an invoice unknown sooner, and rule 6 then keeps it safe.
 * - Rule 9: repeating safely is a property of every single statement; the stories of simulation.unit.test.ts fail D1
 *   before and after any write (`fail_before`, `fail_after`), and what guards repeats is switched off under rules 1 and 2.
 * - Rule 10, dead letters: a company's alarm finds due work even if its dead letters wake nothing, so that alone does no
 *   harm; in their story the alarm could not be set either.
 */
import { describe, expect, test, vi } from "vitest";
import { BreakableGate } from "./broken-gate.ts";
import { breakRule, type Break } from "./broken.ts";
import { heal } from "./healing.ts";
import { ALL_IN_FORCE, type D1Switches, MemoryLab } from "./in-memory.ts";
import { checkEnd, checkSafety } from "./oracle.ts";
import { Violation } from "./verdict.ts";
import { STORIES_OF_HOLES } from "./rule-stories-of-holes.ts";
import { STORIES_OF_LETTERS } from "./rule-stories-of-letters.ts";
import { STORIES_OF_RESENDS } from "./rule-stories-of-resends.ts";
import { STORIES_OF_WAITING } from "./rule-stories-of-waiting.ts";
import { RULE_STORIES, type RuleStory } from "./rule-stories.ts";

vi.mock("../../src/connections/armed-times.ts", async (real) =>
  (await import("./broken-waiting.ts")).withoutArmedTimes(await real()),
);
vi.mock("../../src/inbox/snapshot.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutSnapshot(await real()),
);
vi.mock("../../src/inbox/store-delivery.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutStoreDelivery(await real()),
);
vi.mock("../../src/pushes/lease.ts", async (real) => (await import("./broken-rules.ts")).withoutLease(await real()));
vi.mock("../../src/pushes/due.ts", async (real) => (await import("./broken-rules.ts")).withoutDue(await real()));
vi.mock("../../src/pushes/settle-row.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutSettleRow(await real()),
);
vi.mock("../../src/pushes/backoff.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutBackoff(await real()),
);
vi.mock("../../src/pushes/outcome/outcome.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutOutcome(await real()),
);
vi.mock("../../src/mapping/mark.ts", async (real) => (await import("./broken-rules.ts")).withoutMark(await real()));
vi.mock("../../src/pushes/unanswered/find-earlier-send.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutEarlierSends(await real()),
);
vi.mock("../../src/pushes/failing/explain-duplicate.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutExplainDuplicate(await real()),
);
vi.mock("../../src/pushes/events/follow-change.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutChange(await real()),
);
vi.mock("../../src/pushes/events/intuit-events.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutIntuitEvents(await real()),
);
vi.mock("../../src/quickbooks/accounts.ts", async (real) =>
  (await import("./broken-calls.ts")).withoutAccounts(await real()),
);
vi.mock("../../src/pushes/failing/judge-failure.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutFailureOutcome(await real()),
);
vi.mock("../../src/mapping/to-qbo-invoice.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutToQboInvoice(await real()),
);
vi.mock("../../src/pushes/queue/enqueue.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutEnqueue(await real()),
);
vi.mock("../../src/quickbooks/invoices.ts", async (real) =>
  (await import("./broken-calls.ts")).withoutInvoices(await real()),
);
vi.mock("../../src/quickbooks/customers.ts", async (real) =>
  (await import("./broken-calls.ts")).withoutCustomers(await real()),
);
vi.mock("../../src/quickbooks/items.ts", async (real) =>
  (await import("./broken-calls.ts")).withoutItems(await real()),
);
vi.mock("../../src/mapping/lost-letters.ts", async (real) =>
  (await import("./broken-letters.ts")).withoutLostLetters(await real()),
);
vi.mock("../../src/quickbooks/write-record.ts", async (real) =>
  (await import("./broken-letters.ts")).withoutWriteRecord(await real()),
);
vi.mock("../../src/pushes/kept-letters.ts", async (real) =>
  (await import("./broken-letters.ts")).withoutKeptLetters(await real()),
);
vi.mock("../../src/mapping/links.ts", async (real) => (await import("./broken-calls.ts")).withoutLinks(await real()));
vi.mock("../../src/connections/call-pace.ts", async (real) =>
  (await import("./broken-waiting.ts")).withoutCallPace(await real()),
);
vi.mock("../../src/pushes/admission.ts", async (real) =>
  (await import("./broken-waiting.ts")).withoutAdmission(await real()),
);
vi.mock("../../src/pushes/queue/dead-letters.ts", async (real) =>
  (await import("./broken-waiting.ts")).withoutDeadLetters(await real()),
);
vi.mock("../../src/pushes/queue/invocation.ts", async (real) =>
  (await import("./broken-waiting.ts")).withoutInvocation(await real()),
);
vi.mock("../../src/pushes/unanswered/confirm-resend.ts", async (real) =>
  (await import("./broken-waiting.ts")).withoutConfirmResend(await real()),
);
vi.mock("../../src/pushes/failing/crash-outcome.ts", async (real) =>
  (await import("./broken-waiting.ts")).withoutCrash(await real()),
);
vi.mock("../../src/invoicing/by-hand/fix.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutFix(await real()),
);
vi.mock("../../src/pushes/revision.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutRevision(await real()),
);

const LIMIT_MS = 120_000;
const SEED = 1;
/** Half a minute each: these stories have no long pauses. */
const PATIENCE_STEPS = 60;

/** The first violation in any variant, or null; variants from `first` on are told first. */
async function play(story: RuleStory, switches: D1Switches, first = 0): Promise<string | null> {
  const lab = new MemoryLab(BreakableGate, switches);
  const inTurn = Array.from({ length: story.variants ?? 1 }, (_, variant) => variant);
  // No process came to that step, and so none comes to a later one.
  let end = inTurn.length;
  for (const variant of [...inTurn.slice(first), ...inTurn.slice(0, first)]) {
    if (variant >= end) continue;
    try {
      await lab.run(story.options, SEED, async (world) => {
        await story.tell(world, variant);
        if (story.variants !== undefined && !world.hasBefallen) end = variant;
        await checkSafety(world);
        await heal(world, PATIENCE_STEPS);
        await checkEnd(world);
      });
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      return `${error.message} (variant ${variant})`;
    }
  }
  return null;
}

const STORIES = [
  ...RULE_STORIES,
  ...STORIES_OF_HOLES,
  ...STORIES_OF_RESENDS,
  ...STORIES_OF_WAITING,
  ...STORIES_OF_LETTERS,
];

describe.each(STORIES)("rule $rule: $name", (story) => {
  test("ends well while it is in force", { timeout: LIMIT_MS }, async () => {
    expect(await play(story, ALL_IN_FORCE)).toBeNull();
  });

  test("is missed where it is taken out", { timeout: LIMIT_MS }, async () => {
    breakRule(story.database?.ddl === undefined && story.database ? null : (story.name as Break));
    try {
      expect(await play(story, { ...ALL_IN_FORCE, ...story.database }, story.missedAt)).toEqual(expect.any(String));
    } finally {
      breakRule(null);
    }
  });
});
