/**
 * The active scenarios, and which call the next one affects: by company, kind of call, count and probability. Random
 * numbers come from a seeded generator whose state is stored, so a run with the same seed affects the same calls.
 */
import { z } from "zod";
import { coversKind, type CallKind } from "../api/call-kind.ts";
import { isScenarioName, SCENARIOS, scenarioKind, type ScenarioName } from "./scenario-catalogue.ts";

const optionValue = z.union([z.string().max(2000), z.number(), z.boolean()]);

export const scenarioRequestSchema = z
  .object({
    scenario: z.string().refine(isScenarioName, { message: `one of ${Object.keys(SCENARIOS).join(", ")}` }),
    realm_id: z.string().max(30).optional(),
    kinds: z.array(z.string().max(40)).min(1).max(30).optional(),
    times: z.number().int().min(1).max(1_000_000).optional(),
    probability: z.number().min(0).max(1).optional(),
    seed: z.number().int().min(0).max(0xffffffff).optional(),
    options: z.record(z.string(), optionValue).optional(),
  })
  .strict();

export type ScenarioRequest = z.infer<typeof scenarioRequestSchema>;
export type ScenarioOptions = Record<string, string | number | boolean>;

export interface ActiveScenario {
  id: string;
  scenario: ScenarioName;
  realm_id: string | null;
  kinds: string[];
  /** Calls left to affect; null means unlimited. */
  times_left: number | null;
  probability: number;
  seed: number;
  options: ScenarioOptions;
  bent: number;
}

/** One call's misbehaviour. */
export interface Bend {
  id: string;
  scenario: ScenarioName;
  options: ScenarioOptions;
}

const storedSchema = z.object({
  id: z.string(),
  scenario: z.custom<ScenarioName>((value) => typeof value === "string" && isScenarioName(value)),
  realm_id: z.string().nullable(),
  kinds: z.array(z.string()),
  times_left: z.number().nullable(),
  probability: z.number(),
  seed: z.number(),
  options: z.record(z.string(), optionValue),
  bent: z.number(),
  state: z.number(),
});

type Stored = z.infer<typeof storedSchema>;

export class ScenarioStore {
  /** Cached in memory beside the table: every call asks for it. */
  private active: Stored[];

  constructor(private readonly sql: SqlStorage) {
    sql.exec(`CREATE TABLE IF NOT EXISTS scenario (id TEXT PRIMARY KEY, number INTEGER NOT NULL, body TEXT NOT NULL)`);
    this.active = sql
      .exec<{ body: string }>(`SELECT body FROM scenario ORDER BY number`)
      .toArray()
      .map((row) => storedSchema.parse(JSON.parse(row.body)));
  }

  add(request: ScenarioRequest, id: string): ActiveScenario {
    const { scenario } = request;
    const seed = request.seed ?? 1;
    const stored: Stored = {
      id,
      scenario,
      realm_id: request.realm_id ?? null,
      kinds: request.kinds ?? [...scenarioKind(scenario).kinds],
      times_left: request.times ?? (request.probability === undefined ? 1 : null),
      probability: request.probability ?? 1,
      seed,
      options: request.options ?? {},
      bent: 0,
      state: seed,
    };
    this.active.push(stored);
    this.sql.exec(
      `INSERT INTO scenario (id, number, body) VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM scenario), ?)`,
      id,
      JSON.stringify(stored),
    );
    return shown(stored);
  }

  list(): ActiveScenario[] {
    return this.active.map(shown);
  }

  remove(id: string): boolean {
    const kept = this.active.filter((scenario) => scenario.id !== id);
    const isKnown = kept.length < this.active.length;
    this.active = kept;
    this.sql.exec(`DELETE FROM scenario WHERE id = ?`, id);
    return isKnown;
  }

  clear(): void {
    this.active = [];
    this.sql.exec(`DELETE FROM scenario`);
  }

  /** The first scenario that strikes this call, counted down; null if none does. */
  next(realmId: string | null, kind: CallKind): Bend | null {
    for (const scenario of this.active) {
      if (!this.applies(scenario, realmId, kind)) continue;
      if (scenario.probability < 1) {
        const { value, state } = mulberry32(scenario.state);
        scenario.state = state;
        if (value >= scenario.probability) {
          this.save(scenario);
          continue;
        }
      }
      scenario.bent += 1;
      if (scenario.times_left !== null) scenario.times_left -= 1;
      if (scenario.times_left === 0) this.remove(scenario.id);
      else this.save(scenario);
      return { id: scenario.id, scenario: scenario.scenario, options: scenario.options };
    }
    return null;
  }

  private applies(scenario: Stored, realmId: string | null, kind: CallKind): boolean {
    if (scenario.realm_id !== null && scenario.realm_id !== realmId) return false;
    const isTokenCall = kind === "token" || kind === "revoke";
    if ((scenarioKind(scenario.scenario).stage === "token") !== isTokenCall) return false;
    return coversKind(scenario.kinds, kind);
  }

  private save(scenario: Stored): void {
    this.sql.exec(`UPDATE scenario SET body = ? WHERE id = ?`, JSON.stringify(scenario), scenario.id);
  }
}

function shown(stored: Stored): ActiveScenario {
  const { state: _state, ...rest } = stored;
  return rest;
}

/** Mulberry32, a small seeded generator: the next value in [0, 1) and the state after it. */
function mulberry32(seed: number): { value: number; state: number } {
  const state = (seed + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return { value: ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296, state };
}
