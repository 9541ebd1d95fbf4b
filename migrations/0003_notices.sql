CREATE TABLE `alerts` (
	`key` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`is_on` integer NOT NULL,
	`about` text NOT NULL,
	`began_at` text NOT NULL,
	`told_at` text NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `fresh_failures` (
	`invoice_id` text PRIMARY KEY NOT NULL,
	`at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notice_endpoints` (
	`id` text PRIMARY KEY NOT NULL,
	`url` text,
	`events` text DEFAULT '[]' NOT NULL,
	`sealed_secret` text NOT NULL,
	`old_sealed_secret` text,
	`old_secret_until` text,
	`free_at` text DEFAULT '' NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notices` (
	`id` text PRIMARY KEY NOT NULL,
	`endpoint_id` text NOT NULL,
	`type` text NOT NULL,
	`source` text NOT NULL,
	`data` text NOT NULL,
	`created_at` text NOT NULL,
	`state` text NOT NULL,
	`due_at` text,
	`retry_since` text NOT NULL,
	`try_count` integer DEFAULT 0 NOT NULL,
	`last_tried_at` text,
	`last_outcome` text,
	`last_http_status` integer,
	`delivered_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notices_once` ON `notices` (`endpoint_id`,`source`);--> statement-breakpoint
CREATE INDEX `notices_due` ON `notices` (`endpoint_id`,`due_at`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `notices_by_endpoint` ON `notices` (`endpoint_id`,`id`);