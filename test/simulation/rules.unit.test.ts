/**
 * Mutation of the rules (architecture.md, sections 3 and 9): each story ends well with its rule in force, and without it
 * the oracle sees the harm. A rule whose lack nobody sees would be a rule that nobody needs, or an oracle that is blind.
 *
 * What can't be switched off by itself here, and why:
 * - Rule 2, the length of the lease: a shorter one only makes an invoice unknown sooner, and rule 6 then keeps it safe.
 * - Rule 9: repeating safely is a property of every single statement; the stories of simulation.unit.test.ts fail D1
 *   before and after any write (`fail_before`, `fail_after`), and what guards repeats is switched off under rules 1 and 2.
 * - Rule 10, dead letters: a company's alarm finds what is due also where its dead letters ring nobody, so no harm can
 *   come of them alone; test/pushes/nets.test.ts holds what they do.
 */
import "./quick-drizzle.ts";
import { describe, expect, test, vi } from "vitest";
import * as rules from "./broken-rules.ts";
import { heal } from "./healing.ts";
import { ALL_IN_FORCE, type D1Switches, MemoryLab } from "./in-memory.ts";
import { checkEnd, checkSafety } from "./oracle.ts";
import { Violation } from "./verdict.ts";
import { STORIES_OF_HOLES } from "./rule-stories-of-holes.ts";
import { RULE_STORIES, type RuleStory } from "./rule-stories.ts";

vi.mock("cloudflare:workers", () => import("./workers-double.ts"));
vi.mock("../../src/connections/armed-times.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutArmedTimes(await real()),
);
vi.mock("../../src/inbox/known.ts", async (real) => (await import("./broken-rules.ts")).withoutKnown(await real()));
vi.mock("../../src/inbox/store-delivery.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutStoreDelivery(await real()),
);
vi.mock("../../src/pushes/store.ts", async (real) => (await import("./broken-rules.ts")).withoutStore(await real()));
vi.mock("../../src/pushes/backoff.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutBackoff(await real()),
);
vi.mock("../../src/pushes/outcome.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutOutcome(await real()),
);
vi.mock("../../src/mapping/mark.ts", async (real) => (await import("./broken-rules.ts")).withoutMark(await real()));
vi.mock("../../src/pushes/unanswered/earlier-sends.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutEarlierSends(await real()),
);
vi.mock("../../src/pushes/failing/explain-duplicate.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutExplainDuplicate(await real()),
);
vi.mock("../../src/pushes/events/invoice-change.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutInvoiceChange(await real()),
);
vi.mock("../../src/pushes/events/intuit-events.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutIntuitEvents(await real()),
);
vi.mock("../../src/quickbooks/accounts.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutAccounts(await real()),
);
vi.mock("../../src/pushes/failing/failure-outcome.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutFailureOutcome(await real()),
);
vi.mock("../../src/mapping/to-qbo-invoice.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutToQboInvoice(await real()),
);
vi.mock("../../src/pushes/queue/enqueue.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutEnqueue(await real()),
);
vi.mock("../../src/quickbooks/invoices.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutInvoices(await real()),
);
vi.mock("../../src/quickbooks/customers.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutCustomers(await real()),
);
vi.mock("../../src/quickbooks/items.ts", async (real) =>
  (await import("./broken-rules.ts")).withoutItems(await real()),
);

const LIMIT_MS = 120_000;
const SEED = 1;
/** Half a minute each: these stories have no long pauses. */
const PATIENCE_STEPS = 60;

/** The first violation in any variant, or null. */
async function play(story: RuleStory, switches: D1Switches): Promise<string | null> {
  const lab = new MemoryLab(rules.BreakableGate, switches);
  for (let variant = 0; variant < (story.variants ?? 1); variant += 1) {
    try {
      await lab.run(story.options, SEED, async (world) => {
        await story.tell(world, variant);
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

describe.each([...RULE_STORIES, ...STORIES_OF_HOLES])("rule $rule: $name", (story) => {
  test("ends well while it is in force", { timeout: LIMIT_MS }, async () => {
    expect(await play(story, ALL_IN_FORCE)).toBeNull();
  });

  test("is missed where it is taken out", { timeout: LIMIT_MS }, async () => {
    rules.breakRule(story.database?.ddl === undefined && story.database ? null : (story.name as rules.Break));
    try {
      expect(await play(story, { ...ALL_IN_FORCE, ...story.database })).toEqual(expect.any(String));
    } finally {
      rules.breakRule(null);
    }
  });
});
