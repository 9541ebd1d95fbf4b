/**
 * Data about the database itself: its size on each day, and the progress of thinning the history.
 */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One measurement a day. */
export const databaseSizes = sqliteTable("database_sizes", {
  /** `YYYY-MM-DD`, UTC. */
  day: text("day").primaryKey(),
  bytes: integer("bytes").notNull(),
  measuredAt: text("measured_at").notNull(),
});

/** The progress of a job that goes through a growing table once. */
export const pruneMarks = sqliteTable("prune_marks", {
  /** The table, e.g. `push_attempts`. */
  what: text("what").primaryKey(),
  /** ID of the last row that it has finished. */
  doneTo: text("done_to").notNull(),
});
