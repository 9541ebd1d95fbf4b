/**
 * Everything that may happen in a simulated world, as commands of a fast-check model: what the order system, people,
 * QuickBooks, the network, the platform and time do. After each of them the world must still be safe (oracle.ts). The
 * model only knows how many invoices were told of, so that commands find something to act on.
 */
import fc from "fast-check";
import { checkSafety, readRows } from "./oracle.ts";
import { TROUBLES, type Trouble } from "./network.ts";
import type { Content } from "./order-system.ts";
import type { Mishap } from "./process.ts";
import {
  DEEDS_IN_QUICKBOOKS,
  canBeToldDeleted,
  createOnFulfillment,
  disconnect,
  reconnect,
  saveInstanceAs,
  sendByHand,
  switchConnection,
  voidByHand,
  workInQuickBooks,
} from "./people.ts";
import type { World } from "./world.ts";

export interface Model {
  told: number;
}

type WorldCommand = fc.AsyncCommand<Model, World>;
type Deed = (world: World, model: Model) => Promise<void>;

/** A command: its words, whether it needs an invoice to act on, and what it does. */
class Command implements WorldCommand {
  constructor(
    readonly words: string,
    readonly needs: number,
    readonly deed: Deed,
  ) {}

  check(model: Readonly<Model>): boolean {
    return model.told >= this.needs;
  }

  async run(model: Model, world: World): Promise<void> {
    world.note(`--- ${this.words}`);
    await this.deed(world, model);
    await world.settle();
    await checkSafety(world);
  }

  toString(): string {
    return this.words;
  }
}

const content: fc.Arbitrary<Content> = fc.record({
  buyer: fc.nat(2),
  lines: fc.array(
    fc.record({ sku: fc.nat(3), quantity: fc.integer({ min: 1, max: 3 }), cents: fc.integer({ min: 1, max: 9999 }) }),
    { minLength: 1, maxLength: 2 },
  ),
  discountCents: fc.constantFrom(0, 0, 5),
  shippingCents: fc.constantFrom(0, 0, 450),
  taxCents: fc.constantFrom(0, 77),
});
const which = fc.nat(9);
const company = fc.nat(1);

function command<T>(
  words: string,
  needs: number,
  arbitrary: fc.Arbitrary<T>,
  deed: (world: World, given: T, model: Model) => Promise<void>,
): fc.Arbitrary<WorldCommand> {
  return arbitrary.map(
    (given) =>
      new Command(`${words} ${given === undefined ? "" : JSON.stringify(given)}`.trim(), needs, (world, model) =>
        deed(world, given, model),
      ),
  );
}

const nothing = fc.constant(undefined);

/** The chosen one of a list that is not empty. */
function pick<T>(list: readonly T[], index: number): T | undefined {
  return list[index % Math.max(1, list.length)];
}

const fromTheOrderSystem = [
  command("new invoice", 0, content, async (world, given, model) => {
    model.told += 1;
    await world.start(world.deliver(world.orders.newInvoice(given)));
  }),
  command("invoice edited", 1, fc.tuple(which, content), async (world, [index, given]) => {
    const told = pick(world.orders.told, index);
    if (told) await world.start(world.deliver(world.orders.edit(told, given)));
  }),
  command("older edit comes late", 1, fc.tuple(which, content), async (world, [index, given]) => {
    const told = pick(world.orders.told, index);
    if (told) await world.start(world.deliver(world.orders.editLate(told, given)));
  }),
  command("invoice voided", 1, which, async (world, index) => {
    const told = pick(world.orders.told, index);
    if (told) await world.start(world.deliver(world.orders.void(told)));
  }),
  command("void comes before its invoice", 0, content, async (world, given, model) => {
    model.told += 1;
    for (const delivery of world.orders.voidBeforeInvoice(given)) await world.start(world.deliver(delivery));
  }),
  command("order cancelled", 1, which, async (world, index) => {
    const told = pick(world.orders.told, index);
    if (told) await world.start(world.deliver(world.orders.cancel(told)));
  }),
  command("order ships", 1, fc.tuple(which, content), async (world, [index, given]) => {
    const told = pick(world.orders.told, index);
    if (told) await world.start(world.deliver(world.orders.ship(told, given)));
  }),
  command("new order ships", 0, content, async (world, given, model) => {
    model.told += 1;
    await world.start(world.deliver(world.orders.shipNew(given)));
  }),
  command("delivery comes twice at once", 1, which, async (world, index) => {
    const delivery = pick(world.orders.deliveries, index);
    if (delivery) await world.start(Promise.all([world.deliver(delivery), world.deliver(delivery)]));
  }),
  command("same event under another ID", 1, which, async (world, index) => {
    const delivery = pick(world.orders.deliveries, index);
    if (delivery) await world.start(world.deliver(world.orders.again(delivery)));
  }),
  command("open deliveries again", 1, nothing, async (world) => {
    for (const delivery of world.orders.open()) await world.start(world.deliver(delivery));
  }),
];

const fromPeople = [
  command("send by hand", 1, which, async (world, index) => {
    const row = pick(await readRows(world), index);
    if (row) await world.start(sendByHand(world, [row.id]));
  }),
  command("void by hand", 1, which, async (world, index) => {
    const row = pick(await readRows(world), index);
    if (row) await world.start(voidByHand(world, row.id));
  }),
  command("create invoices on Fulfillment", 1, nothing, (world) => world.start(createOnFulfillment(world))),
  command("connection switched", 0, fc.tuple(company, fc.boolean()), (world, [index, enabled]) =>
    world.start(switchConnection(world, index, { enabled })),
  ),
  command("connection's auto invoice", 0, fc.tuple(company, fc.boolean()), (world, [index, autoInvoice]) =>
    world.start(switchConnection(world, index, { autoInvoice })),
  ),
  command("instance switched", 0, fc.boolean(), (world, enabled) => world.start(saveInstanceAs(world, { enabled }))),
  command("instance's auto invoice", 0, fc.boolean(), (world, auto) =>
    world.start(saveInstanceAs(world, { auto_invoice: auto })),
  ),
  command("instance moved to company", 0, fc.constantFrom(0, 1, null), (world, index) => {
    return world.start(
      saveInstanceAs(world, { connection_id: index === null ? null : (world.connectionIds[index] ?? null) }),
    );
  }),
  command("disconnect", 0, company, (world, index) => world.start(disconnect(world, index))),
  command("reconnect", 0, company, (world, index) => world.start(reconnect(world, index))),
];

const fromQuickBooks = [
  command(
    "somebody works in QuickBooks",
    1,
    fc.tuple(fc.constantFrom(...DEEDS_IN_QUICKBOOKS), which),
    async (world, [deed, index]) => {
      const ours = world.books.flatMap((books) =>
        [...books.invoices.values()]
          .filter((invoice) => invoice.PrivateNote.includes("bookbridge:"))
          .map((invoice) => ({ books, invoice })),
      );
      const chosen = pick(ours, index);
      if (chosen && (deed !== "delete" || (await canBeToldDeleted(world, chosen.invoice))))
        workInQuickBooks(world, deed, chosen.books, chosen.invoice);
    },
  ),
  command("somebody uses our number in QuickBooks", 1, fc.tuple(company, which), async (world, [index, nth]) => {
    const told = pick(world.orders.told, nth);
    const books = world.books[index];
    if (told && books) books.addForeignInvoice(`INV-${told.invoiceId}`, 4200, "1", world.time.now);
  }),
  command("app removed in QuickBooks", 0, company, async (world, index) => {
    world.endedGrants.add(index);
    world.network.endGrants(world.books[index]?.realmId ?? "");
  }),
  command("subscription", 0, fc.tuple(company, fc.constantFrom("EXPIRED", "PAID")), async (world, [index, status]) => {
    const books = world.books[index];
    if (books) books.subscriptionStatus = status;
  }),
];

const trouble: fc.Arbitrary<Trouble> = fc.record({
  kind: fc.constantFrom(...TROUBLES),
  on: fc.constantFrom("invoice", "invoice", "invoice", "write", "read", "any"),
  doneMs: fc.constantFrom(100, 30_000, 70_000, 115_000),
  answerMs: fc.constantFrom(60_000, 116_000, 125_000),
});

const fromTheNetwork = [
  command("trouble", 0, trouble, async (world, given) => void world.network.troubles.push(given)),
  command(
    "three troubles",
    0,
    trouble,
    async (world, given) => void world.network.troubles.push(given, { ...given }, { ...given }),
  ),
  command(
    "QuickBooks is down",
    0,
    fc.constantFrom("error_before", "request_lost", "throttled", null),
    async (world, kind) => {
      world.network.outage = kind;
    },
  ),
  command("token endpoint down", 0, fc.boolean(), async (world, isDown) => {
    world.network.isTokenEndpointDown = isDown;
  }),
  command("Intuit's webhooks are late", 0, fc.boolean(), async (world, isSilent) => world.silenceIntuit(isSilent)),
];

const mishap: fc.Arbitrary<Mishap> = fc.record({
  kind: fc.constantFrom(
    "crash_before",
    "crash_after",
    "crash_before",
    "crash_after",
    "fail_before",
    "fail_after",
    "stall_before",
    "stall_after",
  ),
  step: fc.nat(24),
  only: fc.constantFrom(null, null, "d1", "network", "gate", "queue"),
  stallMs: fc.constantFrom(3_000, 40_000, 140_000, 200_000, 400_000),
});

const mishapNow: fc.Arbitrary<Mishap> = mishap.map((given) => ({ ...given, step: given.step % 12 }));

/** Most trouble is only trouble for what is on its way just then. */
const intoTrouble = [
  command("new invoice into trouble", 0, fc.tuple(content, trouble), async (world, [given, its], model) => {
    model.told += 1;
    world.network.troubles.push(its);
    await world.start(world.deliver(world.orders.newInvoice(given)));
    await world.advance(3_000);
  }),
  command("edit into trouble", 1, fc.tuple(which, content, trouble), async (world, [index, given, its]) => {
    const told = pick(world.orders.told, index);
    world.network.troubles.push(its);
    if (told) await world.start(world.deliver(world.orders.edit(told, given)));
    await world.advance(2_000);
  }),
  command("void into trouble", 1, fc.tuple(which, trouble), async (world, [index, its]) => {
    const told = pick(world.orders.told, index);
    world.network.troubles.push(its);
    if (told) await world.start(world.deliver(world.orders.void(told)));
    await world.advance(2_000);
  }),
  command("its worker has a mishap", 1, mishapNow, async (world, given) => {
    world.mishaps.push(given);
    await world.advance(1_700);
  }),
];

const fromThePlatform = [
  command("mishap", 0, mishap, async (world, given) => void world.mishaps.push(given)),
  command("the worker dies again and again", 0, fc.nat(12), async (world, step) => {
    for (let i = 0; i < 6; i += 1) world.mishaps.push({ kind: "crash_before", step, only: null, stallMs: 0 });
  }),
  command("kill -9 of everything", 0, fc.boolean(), async (world, isQueueLost) => {
    world.kill();
    if (isQueueLost) world.queue.lose();
  }),
  command("queue loses everything", 0, nothing, async (world) => world.queue.lose()),
  command("queue delivers again", 0, nothing, async (world) => world.queue.deliverAgain()),
  command("gate restarts", 0, company, async (world, index) => world.gates.restart(world.connectionIds[index] ?? "")),
];

const ofTime = [
  command("time passes (ms)", 0, fc.constantFrom(150, 700, 1_200, 3_000, 10_000), (world, ms) => world.advance(ms)),
  command("time passes (ms)", 0, fc.constantFrom(40_000, 155_000, 190_000, 700_000), (world, ms) => world.advance(ms)),
  command("an hour passes", 0, nothing, (world) => world.advance(3_700_000)),
];

/** A story of at most so many commands; `replayPath` plays a failed one again. */
export function stories(maxCommands: number, replayPath: string | null): fc.Arbitrary<Iterable<WorldCommand>> {
  const [newInvoice, edited] = fromTheOrderSystem;
  const often = [newInvoice, edited, newInvoice].filter((one) => one !== undefined);
  const weighted = [often, often, ofTime, ofTime, intoTrouble, intoTrouble, ALL].flat();
  return fc.commands(weighted, { maxCommands, size: "max", ...(replayPath === null ? {} : { replayPath }) });
}

const ALL = [fromTheOrderSystem, fromPeople, fromQuickBooks, fromTheNetwork, fromThePlatform, ofTime].flat();

/** How many different commands there are. */
export const COMMAND_COUNT = ALL.length + intoTrouble.length;
