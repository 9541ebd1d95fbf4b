/**
 * People, their sessions, invitations and API keys, and the record of what they did. Secrets are stored only as hashes.
 */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { ROLE_NAMES } from "./roles.ts";

export const users = sqliteTable(
  "users",
  {
    id: text("id").primaryKey(),
    /** Lower case. */
    email: text("email").notNull(),
    /** `scrypt$N$r$p$salt$hash`, base64; null for a person who only comes through Cloudflare Access. */
    passwordHash: text("password_hash"),
    role: text("role", { enum: ROLE_NAMES }).notNull(),
    createdAt: text("created_at").notNull(),
    removedAt: text("removed_at"),
  },
  (t) => [
    uniqueIndex("users_email")
      .on(t.email)
      .where(sql`removed_at IS NULL`),
  ],
);

export const invitations = sqliteTable("invitations", {
  tokenHash: text("token_hash").primaryKey(),
  email: text("email").notNull(),
  role: text("role", { enum: ROLE_NAMES }).notNull(),
  createdAt: text("created_at").notNull(),
  expiresAt: text("expires_at").notNull(),
});

export const sessions = sqliteTable(
  "sessions",
  {
    tokenHash: text("token_hash").primaryKey(),
    userId: text("user_id").notNull(),
    createdAt: text("created_at").notNull(),
    expiresAt: text("expires_at").notNull(),
  },
  (t) => [index("sessions_by_user").on(t.userId)],
);

/** Failed sign-ins per key (an e-mail address or a network address) in the current window. */
export const signInFailures = sqliteTable("sign_in_failures", {
  key: text("key").primaryKey(),
  windowStartedAt: text("window_started_at").notNull(),
  count: integer("count").notNull(),
});

export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    role: text("role", { enum: ROLE_NAMES }).notNull(),
    keyHash: text("key_hash").notNull(),
    /** The last four characters, so that a person can tell keys apart. */
    ending: text("ending").notNull(),
    createdAt: text("created_at").notNull(),
    lastUsedAt: text("last_used_at"),
    revokedAt: text("revoked_at"),
  },
  (t) => [uniqueIndex("api_keys_hash").on(t.keyHash)],
);

export const activity = sqliteTable(
  "activity",
  {
    id: text("id").primaryKey(),
    at: text("at").notNull(),
    actorKind: text("actor_kind", { enum: ["user", "api_key", "system"] }).notNull(),
    actorId: text("actor_id").notNull(),
    actorName: text("actor_name").notNull(),
    /** A stable word such as `connection.settings_saved`. */
    action: text("action").notNull(),
    subjectKind: text("subject_kind").notNull(),
    subjectId: text("subject_id").notNull(),
    subjectName: text("subject_name").notNull(),
    /** JSON list of `{field, from, to}`; never a secret. */
    changes: text("changes").notNull().default("[]"),
  },
  (t) => [index("activity_by_time").on(t.at, t.id), index("activity_by_subject").on(t.subjectKind, t.subjectId, t.at)],
);

/** Read-only links to the status page that were shared; revoking one is a write here. */
export const statusShares = sqliteTable("status_shares", {
  id: text("id").primaryKey(),
  createdBy: text("created_by").notNull(),
  createdAt: text("created_at").notNull(),
  expiresAt: text("expires_at").notNull(),
  revokedAt: text("revoked_at"),
});
