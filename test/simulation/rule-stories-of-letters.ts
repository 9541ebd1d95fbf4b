/**
 * Stories of companies that refuse letters, or turn them into question marks: what a company keeps is learned while nothing
 * is created twice and nothing stays as nobody sent it (docs/letters.md). Same form as rule-stories.ts.
 */
import { HONEST_BOOKS } from "./books.ts";
import { CONTENT, FORGETFUL, type RuleStory, newInvoice, on, trouble } from "./rule-stories.ts";
import type { Content } from "./simulated-order-system.ts";
import type { World } from "./world.ts";

/** A buyer and a product with letters outside ISO-8859-1 in their names. */
const FOREIGN: Content = { ...CONTENT, buyer: 1, lines: [{ sku: 3, quantity: 2, cents: 1234 }] };

async function newForeignInvoice(world: World): Promise<void> {
  await world.start(world.deliver(world.orders.newInvoice(FOREIGN)));
  await world.advance(60_000);
}

/** Customer and item are linked by an invoice before it: only its own line has such letters. */
async function newForeignLine(world: World): Promise<void> {
  await newInvoice(world);
  await world.advance(30_000);
  const delivery = world.orders.newInvoice(CONTENT);
  delivery.body = delivery.body.replaceAll('"Thing 1"', '"Łopata 1"');
  await world.start(world.deliver(delivery));
  await world.advance(60_000);
}

export const STORIES_OF_LETTERS: RuleStory[] = [
  {
    rule: 8,
    name: "a record whose letters got lost with its answer is corrected, not created again",
    options: on({ ...FORGETFUL, letters: "question_marks" }),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost", { on: "write" }));
      await newForeignInvoice(world);
    },
  },
  {
    rule: 8,
    name: "a record that QuickBooks has with other letters is given those that it keeps",
    options: on({ ...HONEST_BOOKS, letters: "question_marks" }),
    tell: newForeignInvoice,
  },
  {
    rule: 5,
    name: "an invoice that QuickBooks has with other letters is sent again",
    options: on({ ...HONEST_BOOKS, letters: "question_marks" }),
    tell: newForeignLine,
  },
  {
    rule: 3,
    name: "refused letters go again as others under a new request ID",
    options: on({ ...HONEST_BOOKS, rememberRefusals: true, letters: "refused" }),
    tell: newForeignLine,
  },
];
