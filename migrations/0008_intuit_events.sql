ALTER TABLE `intuit_events` ADD `due_at` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `intuit_events` ADD `is_parked` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `intuit_events` ADD `payment` text;--> statement-breakpoint
ALTER TABLE `intuit_events` ADD `deleted_ids` text;--> statement-breakpoint
DROP INDEX `intuit_events_open`;--> statement-breakpoint
CREATE INDEX `intuit_events_due` ON `intuit_events` (`realm_id`,`is_parked`,`due_at`) WHERE done_at IS NULL;
