/**
 * Everything that may happen in a simulated world, as commands of a fast-check model: what the order system, people,
 * QuickBooks, the network, the platform and time do. After each of them the world must still be safe (oracle.ts). The
 * model only knows how many invoices were sent, so that commands find something to act on.
 */
import fc from "fast-check";
import { makeActiveAgain } from "../../src/invoicing/by-hand/fix.ts";
import { type WorldCommand, command, company, content, nothing, pick, which } from "./command.ts";
import { fromTheGates, fromTheNetwork, fromThePlatform, intoTrouble } from "./commands-of-trouble.ts";
import { readRows } from "./oracle.ts";
import type { OrderSystem } from "./simulated-order-system.ts";
import {
  DEEDS_IN_QUICKBOOKS,
  canBeToldDeleted,
  createOnFulfillment,
  disconnect,
  linkByHand,
  reconnect,
  removeSecondShop,
  saveInstanceAs,
  sendByHand,
  switchConnection,
  voidByHand,
  workInQuickBooks,
} from "./people.ts";
import type { World } from "./world.ts";

/** More than one look-up takes along, and with their payments more than one run reads. */
const HEAP = 45;

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
  command("link it", 1, which, async (world, index) => {
    const row = pick(
      (await readRows(world)).filter((one) => one.state === "failed"),
      index,
    );
    if (row) await world.start(linkByHand(world, row));
  }),
  command("make active again", 1, which, async (world, index) => {
    const row = pick(
      (await readRows(world)).filter((one) => one.state === "failed"),
      index,
    );
    const context = { env: world.env, config: world.config, db: world.db, now: new Date() };
    if (row) await world.start(world.spawn("active again", () => makeActiveAgain(context, row)));
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

const fromTheSecondShop = [
  command("second shop: new invoice", 0, content, async (world, given) => {
    const shop = secondShop(world);
    if (shop) await world.start(world.deliver(shop.newInvoice(given)));
  }),
  command("second shop: edit", 0, fc.tuple(which, content), async (world, [index, given]) => {
    const shop = secondShop(world);
    const told = pick(shop?.told ?? [], index);
    if (shop && told) await world.start(world.deliver(shop.edit(told, given)));
  }),
  command("second shop: void", 0, which, async (world, index) => {
    const shop = secondShop(world);
    const told = pick(shop?.told ?? [], index);
    if (shop && told) await world.start(world.deliver(shop.void(told)));
  }),
  command("second shop is removed", 0, nothing, async (world) => {
    if (secondShop(world)) await world.start(removeSecondShop(world));
  }),
];

function secondShop(world: World): OrderSystem | null {
  const shop = world.shops[1];
  return shop && world.options.hasTwoShops && !shop.isRemoved ? shop : null;
}

/** Dozens at once, in the few worlds in which that may happen. */
const heaps = [
  command("a heap of invoices", 0, fc.tuple(content, fc.boolean()), async (world, [given, isLost], model) => {
    if (!world.options.hasHeaps) return;
    for (let i = 0; i < HEAP; i += 1) {
      model.told += 1;
      if (isLost) world.network.troubles.push({ kind: "answer_lost", on: "invoice", doneMs: 100, answerMs: 60_000 });
      await world.start(world.deliver(world.orders.newInvoice(given)));
    }
  }),
  command("a heap of payments", 1, nothing, async (world) => {
    if (!world.options.hasHeaps) return;
    for (const books of world.books)
      for (const invoice of books.invoices.values()) workInQuickBooks(world, "pay", books, invoice);
  }),
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
  command("somebody makes a record inactive", 0, fc.tuple(company, fc.boolean(), which), async (world, given) => {
    const [index, isCustomer, nth] = given;
    const books = world.books[index];
    const row = pick([...((isCustomer ? books?.customers : books?.items)?.values() ?? [])], nth);
    if (row) books?.deactivate(row);
  }),
  command("somebody merges two customers", 0, company, async (world, index) => {
    const books = world.books[index];
    const [survivor, gone] = books?.customers.values() ?? [];
    if (!books || !survivor || !gone) return;
    world.hasMerged = true;
    books.merge(gone, survivor, world.time.now);
  }),
  command("app removed in QuickBooks", 0, company, async (world, index) => {
    world.endedGrants.add(index);
    world.network.endGrants(world.books[index]?.realmId ?? "");
  }),
  command("subscription", 0, fc.tuple(company, fc.constantFrom("EXPIRED", "PAID")), async (world, [index, status]) => {
    const books = world.books[index];
    if (!books) return;
    books.subscriptionStatus = status;
    books.hasLapsed ||= status !== "PAID";
  }),
];

const ofTime = [
  command("time passes (ms)", 0, fc.constantFrom(150, 700, 1_200, 3_000, 10_000), (world, ms) => world.advance(ms)),
  command("time passes (ms)", 0, fc.constantFrom(40_000, 155_000, 190_000, 700_000), (world, ms) => world.advance(ms)),
  command("an hour passes", 0, nothing, (world) => world.advance(3_700_000)),
];

/** A story of at most this many commands; `replayPath` replays a failed one. */
export function stories(maxCommands: number, replayPath: string | null): fc.Arbitrary<Iterable<WorldCommand>> {
  const [newInvoice, edited] = fromTheOrderSystem;
  const often = [newInvoice, edited, newInvoice].filter((one) => one !== undefined);
  const weighted = [often, often, ofTime, ofTime, intoTrouble, intoTrouble, ALL].flat();
  return fc.commands(weighted, { maxCommands, size: "max", ...(replayPath === null ? {} : { replayPath }) });
}

const ALL = [
  fromTheOrderSystem,
  fromTheSecondShop,
  heaps,
  fromPeople,
  fromQuickBooks,
  fromTheNetwork,
  fromThePlatform,
  fromTheGates,
  ofTime,
].flat();

/** How many different commands there are. */
export const COMMAND_COUNT = ALL.length + intoTrouble.length;
