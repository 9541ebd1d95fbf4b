/**
 * People, how they come in, their sessions, invitations and API keys, and the record of what they did. Secrets are stored
 * only as hashes. A column that may be null without more words was added later: the release before leaves it out.
 */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { ACTOR_KINDS } from "./person.ts";
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
    /** Cloudflare Access tokens that were issued before do not count: an admin has ended the person's sessions. */
    accessSince: text("access_since"),
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
    /** The absolute end. */
    expiresAt: text("expires_at").notNull(),
    /** Last use, to a few minutes; null: none since `createdAt`. */
    lastSeenAt: text("last_seen_at"),
    /** When the person last proved who they are; null: at `createdAt`. */
    confirmedAt: text("confirmed_at"),
    /** Network address and browser where it began, for the person's own list. */
    address: text("address"),
    agent: text("agent"),
  },
  (t) => [index("sessions_by_user").on(t.userId)],
);

/** Public keys of passkeys (WebAuthn). `id` is the credential's own, in base64url. */
export const passkeys = sqliteTable(
  "passkeys",
  {
    id: text("id").primaryKey(),
    userId: text("user_id").notNull(),
    /** What the person recognizes it by: where it was added. */
    name: text("name").notNull(),
    /** JSON Web Key. */
    publicKey: text("public_key").notNull(),
    /** The authenticator's own count of its signatures; 0 for one that does not count. */
    signCount: integer("sign_count").notNull(),
    createdAt: text("created_at").notNull(),
    lastUsedAt: text("last_used_at"),
  },
  (t) => [index("passkeys_by_user").on(t.userId)],
);

/** Challenges of passkeys that were answered rightly, until they end: none is answered twice. */
export const spentChallenges = sqliteTable("spent_challenges", {
  hash: text("hash").primaryKey(),
  expiresAt: text("expires_at").notNull(),
});

/** One-time links by which an admin lets a person choose a new password. */
export const passwordResets = sqliteTable("password_resets", {
  userId: text("user_id").primaryKey(),
  tokenHash: text("token_hash").notNull(),
  createdAt: text("created_at").notNull(),
  expiresAt: text("expires_at").notNull(),
});

/** Hashes of the values of SETUP_TOKEN that have done their work. */
export const spentSetupTokens = sqliteTable("spent_setup_tokens", {
  hash: text("hash").primaryKey(),
  spentAt: text("spent_at").notNull(),
});

/** Failed sign-ins per key (an e-mail address, a network address or a known browser) in the current window. */
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
    /** Whose it is: it can do no more than that person may, and ends with them. Null: nobody's, made before owners were kept. */
    ownerId: text("owner_id"),
    /** Null: it has no end. */
    expiresAt: text("expires_at"),
  },
  (t) => [uniqueIndex("api_keys_hash").on(t.keyHash), index("api_keys_by_owner").on(t.ownerId)],
);

export const activity = sqliteTable(
  "activity",
  {
    id: text("id").primaryKey(),
    at: text("at").notNull(),
    actorKind: text("actor_kind", { enum: ACTOR_KINDS }).notNull(),
    actorId: text("actor_id").notNull(),
    actorName: text("actor_name").notNull(),
    /** A stable word such as `connection.settings_saved`. */
    action: text("action").notNull(),
    subjectKind: text("subject_kind").notNull(),
    subjectId: text("subject_id").notNull(),
    subjectName: text("subject_name").notNull(),
    /** JSON list of `{field, from, to}`; never a secret. */
    changes: text("changes").notNull().default("[]"),
    /** The network address of whoever did it. */
    address: text("address"),
  },
  (t) => [index("activity_by_time").on(t.at, t.id), index("activity_by_subject").on(t.subjectKind, t.subjectId, t.at)],
);

/** Read-only links to the status page that were shared; revoking one is a write here. */
export const statusShares = sqliteTable("status_shares", {
  id: text("id").primaryKey(),
  /** The e-mail address of whoever made it. */
  createdBy: text("created_by").notNull(),
  createdAt: text("created_at").notNull(),
  expiresAt: text("expires_at").notNull(),
  revokedAt: text("revoked_at"),
  /** Whose it is: it ends with them. Null: nobody's, made before owners were kept. */
  ownerId: text("owner_id"),
});
