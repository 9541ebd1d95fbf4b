/** A small fixed sample of the random proof (test/proof/tax.test.ts). */
import { expect, test } from "vitest";
import { COMPANIES } from "./companies.ts";
import { runOrders } from "./run.ts";

const SAMPLE = 200;

test.each([...COMPANIES])("%s: booked to the minor unit, or not for a true reason", (_name, open) => {
  const { booked, refused } = runOrders(open(), SAMPLE, 9);
  expect(booked + Object.values(refused).reduce((sum, count) => sum + count, 0)).toBe(SAMPLE);
  expect(booked).toBeGreaterThan(0);
});
