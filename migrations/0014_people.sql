-- Passkeys, resets, the places and ends of sessions, and whose keys and shared links are. The release before goes on
-- working: it leaves the new columns out, and none of them is needed.
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`public_key` text NOT NULL,
	`sign_count` integer NOT NULL,
	`created_at` text NOT NULL,
	`last_used_at` text
);
--> statement-breakpoint
CREATE INDEX `passkeys_by_user` ON `passkeys` (`user_id`);--> statement-breakpoint
CREATE TABLE `password_resets` (
	`user_id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `spent_challenges` (
	`hash` text PRIMARY KEY NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `spent_setup_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`spent_at` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `activity` ADD `address` text;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `owner_id` text;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `expires_at` text;--> statement-breakpoint
CREATE INDEX `api_keys_by_owner` ON `api_keys` (`owner_id`);--> statement-breakpoint
ALTER TABLE `sessions` ADD `last_seen_at` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `confirmed_at` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `address` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `agent` text;--> statement-breakpoint
ALTER TABLE `status_shares` ADD `owner_id` text;--> statement-breakpoint
ALTER TABLE `users` ADD `access_since` text;--> statement-breakpoint
-- A session that is open now counts as used now, or everybody would be signed out by the upgrade.
UPDATE `sessions` SET `last_seen_at` = strftime('%Y-%m-%dT%H:%M:%fZ', 'now');--> statement-breakpoint
-- The activity log knows who made a key or a link. One whose maker is gone stays nobody's, and works on until it is revoked:
-- an upgrade must not cut off a program.
UPDATE `api_keys` SET `owner_id` = (SELECT a.actor_id FROM activity a JOIN users u ON u.id = a.actor_id AND u.removed_at IS NULL
  WHERE a.action = 'api_key.created' AND a.subject_kind = 'api_key' AND a.subject_id = api_keys.id AND a.actor_kind = 'user');--> statement-breakpoint
UPDATE `status_shares` SET `owner_id` = (SELECT a.actor_id FROM activity a JOIN users u ON u.id = a.actor_id AND u.removed_at IS NULL
  WHERE a.action = 'status_share.created' AND a.subject_kind = 'status_share' AND a.subject_id = status_shares.id AND a.actor_kind = 'user');
