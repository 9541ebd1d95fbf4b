/**
 * Proof: kill -9 of both process groups in the middle of 200 orders, twice. Every acknowledged order is in the books
 * exactly once; those that were not in flight within 60 s of the restart, the others within 300 s. Between restart and
 * result nobody visits a page, nobody delivers and nobody calls the cron: only the emulator is asked.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { listInvoices, setUpCompany, settled, type TestCompany } from "../harness/app.ts";
import { figure, seconds } from "./figures.ts";
import { readStatesAfterKill } from "./killed-database.ts";
import { numbersOf, recurringOrder } from "./orders.ts";
import { type ProofStack, startProofStack } from "./proof-stack.ts";
import { committedAt, numbersInBooks, untilBooks, untilCount, untilInFlight } from "./watch.ts";

const PROOF = "kill -9, twice, 200 orders";
const ORDERS = 200;
/** The others are delivered between the kills. */
const BEFORE_FIRST_KILL = 120;
/** So that calls are in flight whenever the kill comes. */
const LATENCY_MS = 800;
const WAITING_LIMIT_MS = 60_000;
const IN_FLIGHT_LIMIT_MS = 300_000;
/** Statuses of invoices on which somebody was working. */
const IN_FLIGHT = new Set(["sending", "unknown"]);

let stack: ProofStack;

beforeAll(async () => {
  stack = await startProofStack();
});
afterAll(() => stack.stop());

it("200 orders, two kills, 200 invoices", { timeout: 1_200_000 }, async () => {
  const company = await setUpCompany({ company: { latency_ms: LATENCY_MS } }, stack.facts);
  const numbers = numbersOf("K", ORDERS);
  const sender = new PatientSender(company, numbers);

  sender.start(BEFORE_FIRST_KILL);
  await untilCount(company.emulator, company.realmId, 40, 180_000);
  await untilInFlight(company.emulator, company.realmId, 30_000);
  await stack.kill();
  await sender.pause();
  figure(PROOF, "orders acknowledged at the first kill", sender.acknowledged.length);
  await expectAllOfThem(company, sender.acknowledged, "first kill");

  sender.start(ORDERS);
  await untilCount(company.emulator, company.realmId, 150, 180_000);
  await sender.finish();
  await untilInFlight(company.emulator, company.realmId, 30_000);
  await stack.kill();
  figure(PROOF, "orders acknowledged at the second kill", sender.acknowledged.length, ORDERS);
  expect(sender.acknowledged).toHaveLength(ORDERS);
  await expectAllOfThem(company, sender.acknowledged, "second kill");

  const invoices = await settled(company, ORDERS);
  expect(invoices.filter((invoice) => invoice.push_status !== "sent")).toEqual([]);
  expect(await listInvoices(company)).toHaveLength(ORDERS);
  const held = await numbersInBooks(company.emulator, company.realmId);
  figure(PROOF, "invoices in QuickBooks at the end", held.length, ORDERS);
  expect(held).toEqual(numbers);
});

/** Starts again, keeps away, and holds the times of the books against the limits. */
async function expectAllOfThem(company: TestCompany, acknowledged: readonly string[], which: string): Promise<void> {
  const states = readStatesAfterKill(stack.facts.folder);
  const inFlight = acknowledged.filter((number) => IN_FLIGHT.has(states.get(number) ?? ""));
  const waiting = acknowledged.filter((number) => states.get(number) === "queued");
  figure(
    PROOF,
    `${which}: in flight / waiting / sent`,
    `${inFlight.length} / ${waiting.length} / ${acknowledged.length - inFlight.length - waiting.length}`,
  );
  expect(inFlight.length).toBeGreaterThan(0);
  expect(waiting.length).toBeGreaterThan(0);
  expect([...states.values()].filter((state) => !["queued", "sent"].includes(state) && !IN_FLIGHT.has(state))).toEqual(
    [],
  );

  const { launchedAt, listeningAt } = await stack.startAgain();
  figure(PROOF, `${which}: the app's port listens after`, seconds(listeningAt - launchedAt));
  const isAll = (held: string[]) => acknowledged.every((number) => held.includes(number));
  const held = await untilBooks(company.emulator, company.realmId, isAll, IN_FLIGHT_LIMIT_MS);
  expect(held.filter((number) => acknowledged.includes(number))).toEqual(acknowledged.toSorted());
  const times = await committedAt(company.emulator, company.realmId);
  const last = (of: readonly string[]) =>
    Math.max(0, ...of.map((number) => (times.get(number) ?? Infinity) - launchedAt));
  figure(PROOF, `${which}: the last one that was waiting is in the books after`, seconds(last(waiting)), "60 s");
  figure(PROOF, `${which}: the last one that was in flight is in the books after`, seconds(last(inFlight)), "300 s");
  expect(last(waiting)).toBeLessThanOrEqual(WAITING_LIMIT_MS);
  expect(last(inFlight)).toBeLessThanOrEqual(IN_FLIGHT_LIMIT_MS);
}

/** An order system that goes on where it was stopped, and delivers again what was not acknowledged, under the same ID. */
class PatientSender {
  readonly acknowledged: string[] = [];
  readonly #company: TestCompany;
  readonly #waiting: string[];
  #stop = new AbortController();
  #working: Promise<void> = Promise.resolve();

  constructor(company: TestCompany, numbers: readonly string[]) {
    this.#company = company;
    this.#waiting = [...numbers];
  }

  /** Goes on delivering until so many are acknowledged in all. */
  start(upTo: number): void {
    this.#stop = new AbortController();
    this.#working = this.#work(upTo);
  }

  async pause(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  finish(): Promise<void> {
    return this.#working;
  }

  async #work(upTo: number): Promise<void> {
    while (this.acknowledged.length < upTo && !this.#stop.signal.aborted) {
      const number = this.#waiting[0] ?? "";
      if (await this.#deliver(number)) {
        this.acknowledged.push(number);
        this.#waiting.shift();
      } else {
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  async #deliver(number: string): Promise<boolean> {
    try {
      return (await this.#company.orders.send(recurringOrder(number), `delivery-${number}`)).status === 202;
    } catch {
      return false;
    }
  }
}
