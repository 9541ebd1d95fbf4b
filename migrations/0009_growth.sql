-- What keeps the database from growing without end: bodies and done events are found by their age, and the size is
-- measured once a day. Each index holds only what is still to be thrown away.
CREATE INDEX `order_events_with_body` ON `order_events` (`received_at`) WHERE body <> '';
--> statement-breakpoint
CREATE INDEX `intuit_events_done` ON `intuit_events` (`done_at`) WHERE done_at IS NOT NULL;
--> statement-breakpoint
CREATE TABLE `database_sizes` (
	`day` text PRIMARY KEY NOT NULL,
	`bytes` integer NOT NULL,
	`measured_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `prune_marks` (
	`what` text PRIMARY KEY NOT NULL,
	`done_to` text NOT NULL
);
