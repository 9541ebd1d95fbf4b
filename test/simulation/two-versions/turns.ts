/**
 * Which version of the Worker answers: as during a deploy, the former and the present one by turns, each whole call by one
 * of them; or one of them alone. Whose turn it is follows from the story's seed.
 */
import * as former from "./former-worker.mjs";

type Former = typeof former;
const FORMER: Former = { ...former };
export type Version = "former" | "present";

let only: Version | null = null;
const calls: Record<Version, number> = { former: 0, present: 0 };

/** From now on this version answers alone; null: both, by turns. */
export function letAnswer(version: Version | null): void {
  only = version;
}

/** How many calls each version has answered. */
export function answered(): Readonly<Record<Version, number>> {
  return calls;
}

/** A function that both versions have; where it has another name or takes other arguments now, what it was before. */
type Shared<M> = (keyof M & keyof Former) | { present: keyof M; former: keyof Former; given?: Rewritten };
type Rewritten = (...given: never[]) => unknown[];

/** The module with these of its functions answered by turns. */
export function byTurns<M extends object>(present: M, ...functions: Shared<M>[]): M {
  const shared = functions.map((one) => {
    const names: { present: keyof M; former: keyof Former } =
      typeof one === "object" ? one : { present: one, former: one };
    const forFormer = (typeof one === "object" && one.given) || ((...given: unknown[]) => given);
    const answer = (...given: unknown[]): unknown => {
      const version = only ?? drawn();
      calls[version] += 1;
      if (version === "present") return (present[names.present] as Call)(...given);
      return (FORMER[names.former] as Call)(...(forFormer as (...given: unknown[]) => unknown[])(...given));
    };
    return [names.present, answer];
  });
  return { ...present, ...Object.fromEntries(shared) };
}

type Call = (...given: unknown[]) => unknown;

/** From the seeded numbers that a world has instead of real ones. */
function drawn(): Version {
  const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
  return byte % 2 === 0 ? "former" : "present";
}
