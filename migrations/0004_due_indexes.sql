DROP INDEX `invoices_due_at`;--> statement-breakpoint
DROP INDEX `invoices_due`;--> statement-breakpoint
DROP INDEX `invoices_held`;--> statement-breakpoint
CREATE INDEX `invoices_exhausted` ON `invoices` (`connection_id`) WHERE state = 'queued' AND open_claims >= 5;--> statement-breakpoint
CREATE INDEX `invoices_due` ON `invoices` (`connection_id`,`state`,`due_at`,`id`) WHERE state IN ('queued', 'sending', 'unknown');--> statement-breakpoint
CREATE INDEX `invoices_held` ON `invoices` (`connection_id`,`instance_id`) WHERE state = 'held';