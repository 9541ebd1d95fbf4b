-- Deliveries as people look after them. A refused delivery may be an order that nobody invoices: it stays open until the
-- same order or invoice was accepted after all, or a person sets it aside. Deliveries are counted by instance and hour:
-- accepted ones for the quota, those with a wrong signature since nothing else is stored of them. The former Worker leaves
-- the new columns empty, so what it refuses is open, too. Where it empties a body during the deploy, a refusal that was
-- settled 90 days ago opens again: too many to look at rather than too few.
ALTER TABLE `order_events` ADD `about` text;
--> statement-breakpoint
ALTER TABLE `order_events` ADD `number` text;
--> statement-breakpoint
ALTER TABLE `order_events` ADD `settled_at` text;
--> statement-breakpoint
ALTER TABLE `order_events` ADD `settled_as` text;
--> statement-breakpoint
CREATE INDEX `order_events_refused` ON `order_events` (`id`) WHERE outcome = 'rejected';
--> statement-breakpoint
CREATE INDEX `order_events_unsettled` ON `order_events` (`instance_id`,`webhook_id`) WHERE outcome = 'rejected' AND settled_at IS NULL;
--> statement-breakpoint
CREATE INDEX `order_events_unsettled_about` ON `order_events` (`instance_id`,`about`) WHERE outcome = 'rejected' AND settled_at IS NULL;
--> statement-breakpoint
CREATE INDEX `order_events_settled` ON `order_events` (`instance_id`,`id`) WHERE outcome = 'rejected' AND settled_at IS NOT NULL;
--> statement-breakpoint
CREATE INDEX `order_events_by_order` ON `order_events` (`order_id`) WHERE order_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX `orders_by_number` ON `orders` (`number`);
--> statement-breakpoint
CREATE TABLE `delivery_counts` (
	`instance_id` text NOT NULL,
	`hour` text NOT NULL,
	`accepted` integer DEFAULT 0 NOT NULL,
	`wrong_signatures` integer DEFAULT 0 NOT NULL,
	`last_wrong_at` text,
	PRIMARY KEY(`instance_id`, `hour`)
);
--> statement-breakpoint
CREATE INDEX `delivery_counts_by_hour` ON `delivery_counts` (`hour`);
--> statement-breakpoint
CREATE INDEX `delivery_counts_wrong` ON `delivery_counts` (`hour`) WHERE wrong_signatures > 0;
--> statement-breakpoint
UPDATE `order_events` SET settled_at = received_at, settled_as = 'accepted' WHERE outcome = 'rejected' AND EXISTS (
	SELECT 1 FROM order_events AS other WHERE other.instance_id = order_events.instance_id
	AND other.webhook_id = order_events.webhook_id AND other.outcome = 'accepted');
--> statement-breakpoint
UPDATE `order_events` SET settled_at = received_at, settled_as = 'repeated' WHERE outcome = 'rejected' AND settled_at IS NULL AND EXISTS (
	SELECT 1 FROM order_events AS other INDEXED BY order_events_unsettled WHERE other.instance_id = order_events.instance_id
	AND other.webhook_id = order_events.webhook_id AND other.outcome = 'rejected' AND other.settled_at IS NULL AND other.id > order_events.id);
