/**
 * A command of the simulation: its description, whether it needs an invoice to act on, and its effect. After each command
 * the world must still be safe. The model only knows how many invoices were sent.
 */
import fc from "fast-check";
import { checkSafety } from "./oracle.ts";
import type { Content } from "./simulated-order-system.ts";
import type { World } from "./world.ts";

export interface Model {
  told: number;
}

export type WorldCommand = fc.AsyncCommand<Model, World>;
type Deed = (world: World, model: Model) => Promise<void>;

/** A command: its description, whether it needs an invoice to act on, and its effect. */
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

export const content: fc.Arbitrary<Content> = fc.record({
  buyer: fc.nat(3),
  lines: fc.array(
    fc.record({ sku: fc.nat(3), quantity: fc.integer({ min: 1, max: 3 }), cents: fc.integer({ min: 1, max: 9999 }) }),
    { minLength: 1, maxLength: 2 },
  ),
  discountCents: fc.constantFrom(0, 0, 5),
  shippingCents: fc.constantFrom(0, 0, 450),
  taxCents: fc.constantFrom(0, 77),
});
export const which = fc.nat(9);
export const company = fc.nat(1);

export function command<T>(
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

export const nothing = fc.constant(undefined);

/** The chosen one of a list that is not empty. */
export function pick<T>(list: readonly T[], index: number): T | undefined {
  return list[index % Math.max(1, list.length)];
}
