import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { DATABASE_LIMIT_BYTES, forecast, measureDatabase, readDatabaseSize } from "../../src/platform/database-size.ts";
import { openDb } from "../../src/platform/db.ts";

const db = openDb(env.DB);
const NOW = new Date("2026-11-20T10:00:00.000Z");
const DAY_MS = 24 * 3_600_000;
const after = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);

async function measured(): Promise<{ day: string; bytes: number }[]> {
  const rows = await env.DB.prepare("SELECT day, bytes FROM database_sizes ORDER BY day").all<{
    day: string;
    bytes: number;
  }>();
  return rows.results;
}

async function keep(daysAhead: number, bytes: number): Promise<void> {
  const at = after(daysAhead).toISOString();
  await env.DB.prepare("INSERT INTO database_sizes VALUES (?, ?, ?)").bind(at.slice(0, 10), bytes, at).run();
}

beforeEach(async () => {
  await env.DB.exec("DELETE FROM database_sizes");
});

describe("measuring", () => {
  it("keeps one size a day, the day's first, and forgets those of more than 400 days ago", async () => {
    await keep(-401, 1);
    await keep(-400, 2);
    await measureDatabase(db, NOW);
    const [, today] = await measured();
    expect(today?.day).toBe("2026-11-20");
    expect(today?.bytes).toBeGreaterThan(100_000);
    expect((await measured()).map(({ day }) => day)).toEqual(["2025-10-16", "2026-11-20"]);
    await env.DB.prepare("UPDATE database_sizes SET bytes = 7 WHERE day = '2026-11-20'").run();
    await measureDatabase(db, after(0.5));
    expect((await measured()).at(-1)).toEqual({ day: "2026-11-20", bytes: 7 });
    await measureDatabase(db, after(1));
    expect((await measured()).map(({ day }) => day)).toEqual(["2026-11-20", "2026-11-21"]);
  });

  it("reports the current size, with the growth of the last 30 days", async () => {
    const fresh = await readDatabaseSize(db, NOW);
    expect(fresh).toMatchObject({ bytesPerDay: null, fullOn: null });
    const bytes = fresh?.bytes ?? 0;
    expect(bytes).toBeGreaterThan(100_000);
    await keep(-31, 0);
    await keep(-20, bytes - 20_000);
    expect(await readDatabaseSize(db, NOW)).toEqual({ bytes, bytesPerDay: 1_000, fullOn: null });
  });

  it("counts no room that was given back", async () => {
    const size = async () => (await readDatabaseSize(db, NOW))?.bytes ?? 0;
    const before = await size();
    await env.DB.prepare("INSERT INTO prune_marks VALUES ('big', ?)").bind("x".repeat(1_000_000)).run();
    expect(await size()).toBeGreaterThan(before + 900_000);
    await env.DB.exec("DELETE FROM prune_marks");
    expect(await size()).toBe(before);
  });

  it("is unknown, and nothing is stored, if the database does not report its size", async () => {
    const silent = openDb({
      prepare: () => ({ bind: () => ({ all: async () => ({ results: [], meta: {} }) }) }),
    } as never);
    expect(await readDatabaseSize(silent, NOW)).toBeNull();
    await measureDatabase(silent, NOW);
  });
});

describe("when it is full", () => {
  const GB = 1_000_000_000;
  const from = (bytes: number, daysAhead: number) => ({ bytes, measuredAt: after(daysAhead).toISOString() });

  it("is the day on which the limit is reached at that pace", () => {
    expect(forecast(4 * GB, from(3 * GB, -10), NOW)).toEqual({
      bytes: 4 * GB,
      bytesPerDay: GB / 10,
      fullOn: "2027-01-19",
    });
  });

  it("is not known before a day is over", () => {
    expect(forecast(4 * GB, from(GB, -0.99), NOW)).toMatchObject({ bytesPerDay: null, fullOn: null });
    expect(forecast(4 * GB, from(GB, -1), NOW)).toMatchObject({ bytesPerDay: 3 * GB, fullOn: "2026-11-22" });
  });

  it("never comes where it does not grow, and has no date where it is 100 years away", () => {
    expect(forecast(GB, from(2 * GB, -10), NOW)).toMatchObject({ bytesPerDay: 0, fullOn: null });
    expect(forecast(GB, from(GB - 200_000, -1), NOW)).toMatchObject({ bytesPerDay: 200_000, fullOn: null });
  });

  it("is today where it is full", () => {
    expect(forecast(DATABASE_LIMIT_BYTES, null, NOW)).toMatchObject({ fullOn: "2026-11-20" });
  });
});
