/**
 * Proof: 100,000 random orders in each kind of company. What QuickBooks makes of each, by the emulator's rules and by those
 * of a judge that shares no code with either side, is the order's total to the minor unit; or nothing is booked, and the
 * reason is true.
 */
import { expect, it } from "vitest";
import { COMPANIES } from "../mapping/tax/random/companies.ts";
import { runOrders } from "../mapping/tax/random/run.ts";
import { figure } from "./figures.ts";

const PROOF = "tax of random orders";
const ORDERS = 100_000;
const SEED = Number(process.env["PROPERTY_SEED"] || Date.now() % 2 ** 31);

it.each([...COMPANIES])("%s", { timeout: 3_600_000 }, (name, open) => {
  const { booked, refused } = runOrders(open(), ORDERS, SEED);
  const reasons = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`);
  figure(PROOF, `${name}: booked to the minor unit`, booked);
  figure(PROOF, `${name}: not booked, with a true reason`, reasons.join(", ") || 0);
  expect(booked + Object.values(refused).reduce((sum, count) => sum + count, 0)).toBe(ORDERS);
});
