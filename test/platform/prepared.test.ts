/** Statements that are prepared once: whatever counts, what counts stays right. */
import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { counting, type Db, openDb, prepared } from "../../src/platform/db.ts";

it("one statement for all invocations, and each counts its own uses of it", async () => {
  let builds = 0;
  const one = (db: Db) => {
    builds += 1;
    return db
      .select({ one: sql<number>`1` })
      .from(sql`sqlite_master`)
      .limit(1)
      .prepare();
  };
  const counts = [0, 0];
  const [first, second] = counts.map((_, index) => openDb(counting(env.DB, () => void counts[index]!++)));
  for (const db of [first!, second!, second!, openDb(env.DB)])
    expect(await prepared(db, one).all()).toEqual([{ one: 1 }]);
  expect(builds).toBe(1);
  expect(counts).toEqual([1, 2]);
});
