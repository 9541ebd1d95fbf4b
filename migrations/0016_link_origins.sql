ALTER TABLE `links` ADD `origin` text;--> statement-breakpoint
ALTER TABLE `links` ADD `buyer_name` text;--> statement-breakpoint
ALTER TABLE `links` ADD `buyer_email` text;
