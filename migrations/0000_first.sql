CREATE TABLE `company_lists` (
	`connection_id` text NOT NULL,
	`kind` text NOT NULL,
	`rows` text NOT NULL,
	`read_at` text NOT NULL,
	PRIMARY KEY(`connection_id`, `kind`)
);
--> statement-breakpoint
CREATE TABLE `connections` (
	`id` text PRIMARY KEY NOT NULL,
	`realm_id` text NOT NULL,
	`company_name` text NOT NULL,
	`state` text NOT NULL,
	`state_changed_at` text NOT NULL,
	`generation` integer DEFAULT 0 NOT NULL,
	`refresh_expires_at` text,
	`refresh_hard_expires_at` text,
	`subscription_lapsed_at` text,
	`enabled` integer DEFAULT true NOT NULL,
	`auto_invoice` integer DEFAULT false NOT NULL,
	`customer_mode` text DEFAULT 'per_buyer' NOT NULL,
	`customer_name` text,
	`income_account` text,
	`cogs_account` text,
	`asset_account` text,
	`item_type` text,
	`default_inventory_quantity` text,
	`inventory_start_date` text,
	`sales_tax_code` text,
	`zero_rate_code` text,
	`company` text NOT NULL,
	`company_read_at` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `connections_realm_id` ON `connections` (`realm_id`);--> statement-breakpoint
CREATE TABLE `links` (
	`connection_id` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`qbo_id` text NOT NULL,
	`name` text NOT NULL,
	`warnings` text DEFAULT '[]' NOT NULL,
	`updated_at` text NOT NULL,
	PRIMARY KEY(`connection_id`, `kind`, `key`)
);
--> statement-breakpoint
CREATE INDEX `links_by_qbo_id` ON `links` (`connection_id`,`kind`,`qbo_id`);--> statement-breakpoint
CREATE TABLE `oauth_states` (
	`state_hash` text PRIMARY KEY NOT NULL,
	`session_hash` text NOT NULL,
	`connection_id` text,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `pending_connections` (
	`id` text PRIMARY KEY NOT NULL,
	`session_hash` text NOT NULL,
	`connection_id` text NOT NULL,
	`realm_id` text NOT NULL,
	`company_name` text NOT NULL,
	`company` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `intuit_events` (
	`id` text PRIMARY KEY NOT NULL,
	`realm_id` text NOT NULL,
	`entity` text NOT NULL,
	`entity_id` text NOT NULL,
	`operation` text NOT NULL,
	`event_at` text NOT NULL,
	`received_at` text NOT NULL,
	`done_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `intuit_events_once` ON `intuit_events` (`realm_id`,`entity`,`entity_id`,`operation`,`event_at`);--> statement-breakpoint
CREATE INDEX `intuit_events_open` ON `intuit_events` (`realm_id`,`received_at`) WHERE done_at IS NULL;--> statement-breakpoint
CREATE TABLE `order_events` (
	`id` text PRIMARY KEY NOT NULL,
	`instance_id` text NOT NULL,
	`webhook_id` text NOT NULL,
	`type` text,
	`event_at` text,
	`received_at` text NOT NULL,
	`outcome` text NOT NULL,
	`effect` text,
	`http_status` integer NOT NULL,
	`errors` text,
	`invoice_id` text,
	`order_id` text,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `order_events_accepted` ON `order_events` (`instance_id`,`webhook_id`) WHERE outcome = 'accepted';--> statement-breakpoint
CREATE INDEX `order_events_recent` ON `order_events` (`instance_id`,`received_at`);--> statement-breakpoint
CREATE TABLE `remembered_voids` (
	`instance_id` text NOT NULL,
	`external_id` text NOT NULL,
	`event_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `remembered_voids_key` ON `remembered_voids` (`instance_id`,`external_id`);--> statement-breakpoint
CREATE TABLE `instances` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`connection_id` text,
	`enabled` integer DEFAULT true NOT NULL,
	`auto_invoice` integer DEFAULT false NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`removed_at` text
);
--> statement-breakpoint
CREATE INDEX `instances_by_connection` ON `instances` (`connection_id`);--> statement-breakpoint
CREATE TABLE `signing_secrets` (
	`id` text PRIMARY KEY NOT NULL,
	`instance_id` text NOT NULL,
	`sealed` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text
);
--> statement-breakpoint
CREATE INDEX `signing_secrets_by_instance` ON `signing_secrets` (`instance_id`);--> statement-breakpoint
CREATE TABLE `invoices` (
	`id` text PRIMARY KEY NOT NULL,
	`instance_id` text NOT NULL,
	`external_id` text,
	`order_id` text NOT NULL,
	`order_external_id` text NOT NULL,
	`order_number` text NOT NULL,
	`made_by` text NOT NULL,
	`number` text NOT NULL,
	`date` text NOT NULL,
	`due_date` text,
	`customer_name` text NOT NULL,
	`currency` text NOT NULL,
	`total_minor` integer NOT NULL,
	`body` text NOT NULL,
	`content_version` integer DEFAULT 1 NOT NULL,
	`event_at` text NOT NULL,
	`operation` text DEFAULT 'create' NOT NULL,
	`state` text NOT NULL,
	`push_status` text GENERATED ALWAYS AS (CASE WHEN operation = 'create' OR state = 'voided' THEN state ELSE 'sent' END) VIRTUAL,
	`connection_id` text,
	`due_at` text,
	`fence` integer DEFAULT 0 NOT NULL,
	`open_claims` integer DEFAULT 0 NOT NULL,
	`unanswered_count` integer DEFAULT 0 NOT NULL,
	`retry_count` integer DEFAULT 0 NOT NULL,
	`revision` integer DEFAULT 1 NOT NULL,
	`frozen_payload` text,
	`frozen_content_version` integer,
	`frozen_warnings` text,
	`frozen_total_minor` integer,
	`sent_at` text,
	`refused_hash` text,
	`void_requested_at` text,
	`error` text,
	`warnings` text DEFAULT '[]' NOT NULL,
	`attempt_count` integer DEFAULT 0 NOT NULL,
	`qbo_invoice_id` text,
	`qbo_sync_token` text,
	`qbo_total_minor` integer,
	`qbo_balance_minor` integer,
	`qbo_last_updated_at` text,
	`paid_on` text,
	`requested_at` text,
	`delivered_at` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`row_version` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_external` ON `invoices` (`instance_id`,`external_id`) WHERE external_id IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_fulfillment_once` ON `invoices` (`order_id`) WHERE made_by = 'fulfillment' AND state <> 'voided';--> statement-breakpoint
CREATE INDEX `invoices_by_order` ON `invoices` (`order_id`);--> statement-breakpoint
CREATE INDEX `invoices_by_date` ON `invoices` (`date`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_by_status` ON `invoices` (`push_status`,`date`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_by_instance` ON `invoices` (`instance_id`,`date`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_by_instance_status` ON `invoices` (`instance_id`,`push_status`,`date`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_by_number` ON `invoices` (`number`);--> statement-breakpoint
CREATE INDEX `invoices_due` ON `invoices` (`connection_id`,`due_at`) WHERE state IN ('queued', 'sending', 'unknown');--> statement-breakpoint
CREATE INDEX `invoices_due_at` ON `invoices` (`due_at`) WHERE state IN ('queued', 'sending', 'unknown');--> statement-breakpoint
CREATE INDEX `invoices_held` ON `invoices` (`connection_id`,`id`) WHERE state = 'held';--> statement-breakpoint
CREATE INDEX `invoices_by_qbo_id` ON `invoices` (`connection_id`,`qbo_invoice_id`) WHERE qbo_invoice_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `invoices_delivered` ON `invoices` (`delivered_at`) WHERE delivered_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `orders` (
	`id` text PRIMARY KEY NOT NULL,
	`instance_id` text NOT NULL,
	`external_id` text NOT NULL,
	`status` text NOT NULL,
	`number` text NOT NULL,
	`customer_name` text NOT NULL,
	`currency` text NOT NULL,
	`total_minor` integer NOT NULL,
	`placed_at` text,
	`shipped_at` text,
	`shipped_on` text NOT NULL,
	`is_invoiced` integer DEFAULT false NOT NULL,
	`body` text,
	`event_at` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`row_version` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `orders_external` ON `orders` (`instance_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `orders_to_invoice` ON `orders` (`shipped_on`,`id`) WHERE status = 'shipped' AND is_invoiced = 0;--> statement-breakpoint
CREATE INDEX `orders_by_status` ON `orders` (`status`,`shipped_on`,`id`);--> statement-breakpoint
CREATE INDEX `orders_by_date` ON `orders` (`shipped_on`,`id`);--> statement-breakpoint
CREATE TABLE `activity` (
	`id` text PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`actor_name` text NOT NULL,
	`action` text NOT NULL,
	`subject_kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`subject_name` text NOT NULL,
	`changes` text DEFAULT '[]' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `activity_by_time` ON `activity` (`at`,`id`);--> statement-breakpoint
CREATE INDEX `activity_by_subject` ON `activity` (`subject_kind`,`subject_id`,`at`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`key_hash` text NOT NULL,
	`ending` text NOT NULL,
	`created_at` text NOT NULL,
	`last_used_at` text,
	`revoked_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash` ON `api_keys` (`key_hash`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `sign_in_failures` (
	`key` text PRIMARY KEY NOT NULL,
	`window_started_at` text NOT NULL,
	`count` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `status_shares` (
	`id` text PRIMARY KEY NOT NULL,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL,
	`revoked_at` text
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`password_hash` text,
	`role` text NOT NULL,
	`created_at` text NOT NULL,
	`removed_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email` ON `users` (`email`) WHERE removed_at IS NULL;--> statement-breakpoint
CREATE TABLE `push_attempts` (
	`id` text PRIMARY KEY NOT NULL,
	`invoice_id` text NOT NULL,
	`connection_id` text,
	`number` integer NOT NULL,
	`operation` text NOT NULL,
	`request_id` text,
	`started_at` text NOT NULL,
	`duration_ms` integer NOT NULL,
	`outcome` text NOT NULL,
	`http_status` integer,
	`intuit_tid` text,
	`error` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `push_attempts_number` ON `push_attempts` (`invoice_id`,`number`);--> statement-breakpoint
CREATE INDEX `push_attempts_by_time` ON `push_attempts` (`started_at`);