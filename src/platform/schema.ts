/**
 * The database about itself: how big it was on each day, and how far the thinning of history has come.
 */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One measurement a day. */
export const databaseSizes = sqliteTable("database_sizes", {
  /** `YYYY-MM-DD`, UTC. */
  day: text("day").primaryKey(),
  bytes: integer("bytes").notNull(),
  measuredAt: text("measured_at").notNull(),
});

/** Where a walk through a table that only grows goes on. */
export const pruneMarks = sqliteTable("prune_marks", {
  /** Name of the walk, e.g. `push_attempts`. */
  what: text("what").primaryKey(),
  /** ID of the last row that it is through with. */
  doneTo: text("done_to").notNull(),
});
