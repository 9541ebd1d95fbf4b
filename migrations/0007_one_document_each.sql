-- One invoice of ours for one invoice in QuickBooks, one buyer for one customer (docs/architecture.md,
-- section 3, rules 3 and 7).
-- Where two stand for one, the older keeps it. The younger invoice was never made in QuickBooks, so a person decides about it, and
-- the younger buyer's link is forgotten and looked up anew at the next push.
ALTER TABLE `invoices` ADD `closed_revision` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE `invoices` ADD `crash_count` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
UPDATE `invoices` SET
  `warnings` = CASE WHEN `state` <> 'voided' THEN `warnings` ELSE
    json_insert(`warnings`, '$[#]', json_object('code', 'linked_to_another', 'message',
      'This invoice was linked to invoice ' || `qbo_invoice_id` || ' in QuickBooks, which belongs to another invoice here. Check whether that one was voided by mistake.')) END,
  `error` = CASE WHEN `state` = 'voided' THEN NULL ELSE json_object(
    'category', 'duplicate', 'title', 'Already in QuickBooks',
    'message', 'Invoice ' || `number` || ' was linked to invoice ' || `qbo_invoice_id` || ' in QuickBooks, which belongs to another invoice here. This one is not in QuickBooks.',
    'remedy', 'Send it under another number; if it is not owed, void it here.',
    'code', NULL, 'retryable', json('false'), 'intuit_tid', NULL, 'occurred_at', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    'fix', json_object('label', 'Use another number', 'action', 'choose_number')) END,
  `operation` = CASE WHEN `state` = 'voided' THEN `operation` ELSE 'create' END,
  `state` = CASE WHEN `state` = 'voided' THEN 'voided' ELSE 'failed' END,
  `qbo_invoice_id` = NULL, `qbo_sync_token` = NULL, `qbo_total_minor` = NULL, `qbo_balance_minor` = NULL,
  `qbo_last_updated_at` = NULL, `paid_on` = NULL, `due_at` = NULL, `sent_at` = NULL, `frozen_payload` = NULL,
  `unanswered_count` = 0, `open_claims` = 0, `retry_count` = 0, `void_requested_at` = NULL,
  -- What was sent under its last revision was answered with the other's invoice.
  `closed_revision` = `revision`, `fence` = `fence` + 1, `row_version` = `row_version` + 1
WHERE `qbo_invoice_id` IS NOT NULL AND EXISTS (
  SELECT 1 FROM `invoices` AS `older`
  WHERE `older`.`connection_id` = `invoices`.`connection_id` AND `older`.`qbo_invoice_id` = `invoices`.`qbo_invoice_id`
    AND (coalesce(`older`.`delivered_at`, `older`.`created_at`), `older`.`id`)
      < (coalesce(`invoices`.`delivered_at`, `invoices`.`created_at`), `invoices`.`id`));
--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_qbo_id_once` ON `invoices` (`connection_id`,`qbo_invoice_id`) WHERE qbo_invoice_id IS NOT NULL;
--> statement-breakpoint
DROP INDEX `invoices_by_qbo_id`;
--> statement-breakpoint
DELETE FROM `links` WHERE kind = 'customer' AND substr(key, 1, 6) = 'buyer:' AND EXISTS (
  SELECT 1 FROM `links` AS `older`
  WHERE `older`.`connection_id` = `links`.`connection_id` AND `older`.`qbo_id` = `links`.`qbo_id`
    AND `older`.kind = 'customer' AND substr(`older`.key, 1, 6) = 'buyer:'
    AND (`older`.`updated_at`, `older`.`key`) < (`links`.`updated_at`, `links`.`key`));
--> statement-breakpoint
ALTER TABLE `links` ADD `is_merged` integer DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE `links` ADD `is_gone` integer DEFAULT false NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX `links_buyer_once` ON `links` (`connection_id`,`qbo_id`) WHERE kind = 'customer' AND substr(key, 1, 6) = 'buyer:' AND is_merged = 0 AND is_gone = 0;
