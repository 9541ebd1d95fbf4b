/**
 * Failures in a simulated world, as commands: the network, Intuit's token endpoint, the platform under our workers and
 * gates. Most of them affect only work under way, so some commands start something first.
 */
import fc from "fast-check";
import { command, company, content, nothing, pick, which } from "./command.ts";
import { TROUBLES, type TokenTrouble, type Trouble } from "./network.ts";
import { reconnect } from "./people.ts";
import type { Mishap } from "./process.ts";

const kind = fc.constantFrom(...TROUBLES);
const anyTrouble: fc.Arbitrary<Trouble> = fc.record({
  kind,
  on: fc.constantFrom("invoice", "invoice", "invoice", "write", "read", "any"),
  doneMs: fc.constantFrom(100, 30_000, 70_000, 115_000),
  answerMs: fc.constantFrom(60_000, 116_000, 125_000),
});
/** A refusal or an error that arrives only after minutes. */
const lateRefusal: fc.Arbitrary<Trouble> = fc.record({
  kind: fc.constantFrom("token_refused", "token_refused", "forbidden", "throttled", "error_before", "error_after"),
  on: fc.constantFrom("invoice", "invoice", "write", "read", "any"),
  doneMs: fc.constantFrom(100, 30_000),
  answerMs: fc.constant(60_000),
  lateMs: fc.constantFrom(20_000, 60_000, 119_000),
});
/** A read that is slow while something hangs on it. */
const slowRead: fc.Arbitrary<Trouble> = fc.record({
  kind: fc.constant("slow" as const),
  on: fc.constant("read" as const),
  doneMs: fc.constantFrom(100, 30_000),
  answerMs: fc.constantFrom(60_000, 104_600, 116_000),
});
const trouble = fc.oneof(
  { weight: 5, arbitrary: anyTrouble },
  { weight: 1, arbitrary: lateRefusal },
  { weight: 1, arbitrary: slowRead },
);
const tokenTrouble: fc.Arbitrary<TokenTrouble> = fc.record({
  kind: fc.constantFrom("slow", "slow", "error", "request_lost", "answer_lost"),
  ms: fc.constantFrom(10_000, 25_000, 29_000),
});

export const fromTheNetwork = [
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
  command("token endpoint's trouble", 0, tokenTrouble, async (world, given) => {
    world.network.tokenTroubles.push(given);
  }),
  command("access tokens end early", 0, fc.tuple(company, tokenTrouble, fc.boolean()), async (world, given) => {
    const [index, its, isTroubled] = given;
    if (isTroubled) world.network.tokenTroubles.push(its);
    world.network.endAccess(world.books[index]?.realmId ?? "");
  }),
  command("every token is refused for a while (ms)", 0, fc.constantFrom(2_000, 8_000), async (world, ms) => {
    world.network.refusesTokensUntil = world.time.now + ms;
  }),
  command("reads are slow", 0, fc.array(slowRead, { minLength: 1, maxLength: 3 }), async (world, given) => {
    world.network.troubles.push(...given);
  }),
  command("Intuit's webhooks are late", 0, fc.boolean(), async (world, isSilent) => world.silenceIntuit(isSilent)),
];

const mishapOnce: fc.Arbitrary<Mishap> = fc.record({
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

const mishap: fc.Arbitrary<Mishap> = fc
  .tuple(mishapOnce, fc.option(mishapOnce, { freq: 4, nil: undefined }))
  .map(([first, next]) => (next === undefined ? first : { ...first, next }));

const mishapNow: fc.Arbitrary<Mishap> = mishap.map((given) => ({ ...given, step: given.step % 12 }));

/** Most failures affect only work under way. */
export const intoTrouble = [
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

export const fromThePlatform = [
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

const gateMishap: fc.Arbitrary<Mishap> = fc.record({
  kind: fc.constantFrom(
    "fail_before",
    "fail_after",
    "fail_before",
    "fail_after",
    "stall_before",
    "stall_after",
    "crash_before",
    "crash_after",
  ),
  step: fc.nat(7),
  only: fc.constantFrom(null, "d1", "kv", "storage", "network"),
  stallMs: fc.constantFrom(3_000, 40_000, 140_000),
});

const AN_HOUR_AND_MORE_MS = 3_700_000;

/** Failures of the gates themselves, mostly while tokens change. */
export const fromTheGates = [
  command("a gate has a mishap", 0, gateMishap, async (world, given) => world.platform.gateFate.push(given)),
  command("a gate has a mishap at its refresh", 0, gateMishap, async (world, given) => {
    await world.advance(AN_HOUR_AND_MORE_MS);
    world.platform.gateFate.push({ ...given, step: given.step % 5 });
  }),
  command("a gate has two mishaps at its refresh", 0, fc.tuple(gateMishap, gateMishap), async (world, [one, two]) => {
    await world.advance(AN_HOUR_AND_MORE_MS);
    world.platform.gateFate.push({ ...one, step: one.step % 5, next: { ...two, step: two.step % 5 } });
  }),
  command("a gate has a mishap at a Reconnect", 0, fc.tuple(company, gateMishap), async (world, [index, given]) => {
    world.platform.gateFate.push({ ...given, step: given.step % 5 });
    await world.start(reconnect(world, index));
  }),
];
