-- Which characters a company keeps is learned from its answers (docs/letters.md). The former Worker knows neither column.
ALTER TABLE `connections` ADD `letters` text DEFAULT 'all' NOT NULL;--> statement-breakpoint
ALTER TABLE `connections` ADD `letters_learned_at` text;
