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

/** How far a job has come that goes through a growing table once. */
export const pruneMarks = sqliteTable("prune_marks", {
  /** The table, e.g. `push_attempts`. */
  what: text("what").primaryKey(),
  /** ID of the last row that it is through with. */
  doneTo: text("done_to").notNull(),
});
