ALTER TABLE `connections` ADD `tax_codes` text;--> statement-breakpoint
ALTER TABLE `connections` ADD `total_policy` text DEFAULT 'refuse' NOT NULL;--> statement-breakpoint
ALTER TABLE `connections` ADD `time_zone` text;
