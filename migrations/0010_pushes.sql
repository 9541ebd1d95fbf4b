-- Where a delivery stands moves into a table of its own, one row for each document: `pushes`. Both versions of the Worker run
-- on this database, while it is deployed and after a rollback. So `invoices` keeps its columns for one release more, and
-- triggers carry what either version writes to where the other one reads it, within the statement that writes: a claim of
-- the one is seen by the other, and a row's version and fence are the same in both. Each trigger writes only what differs, so
-- none begins anew what another has just carried. docs/decisions/0013-one-ledger.md says what the next release takes away.
CREATE TABLE `pushes` (
	`kind` text NOT NULL,
	`document_id` text NOT NULL,
	`document_date` text NOT NULL,
	`content_version` integer DEFAULT 1 NOT NULL,
	`instance_id` text NOT NULL,
	`connection_id` text,
	`operation` text DEFAULT 'create' NOT NULL,
	`state` text NOT NULL,
	`push_status` text GENERATED ALWAYS AS (CASE WHEN operation = 'create' OR state = 'voided' THEN state ELSE 'sent' END) VIRTUAL,
	`due_at` text,
	`fence` integer DEFAULT 0 NOT NULL,
	`open_claims` integer DEFAULT 0 NOT NULL,
	`unanswered_count` integer DEFAULT 0 NOT NULL,
	`retry_count` integer DEFAULT 0 NOT NULL,
	`crash_count` integer DEFAULT 0 NOT NULL,
	`revision` integer DEFAULT 1 NOT NULL,
	`closed_revision` integer DEFAULT 0 NOT NULL,
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
	`qbo_id` text,
	`qbo_sync_token` text,
	`qbo_total_minor` integer,
	`qbo_balance_minor` integer,
	`qbo_last_updated_at` text,
	`paid_on` text,
	`requested_at` text,
	`delivered_at` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`row_version` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`document_id`, `kind`)
);
--> statement-breakpoint
-- The former version makes an invoice: its push is opened. This version leaves `state` empty and opens it itself.
CREATE TRIGGER `former_made` AFTER INSERT ON `invoices` WHEN new.state <> '' BEGIN
	INSERT INTO pushes (kind, document_id, document_date, content_version, instance_id, connection_id, operation, state, due_at, fence,
		open_claims, unanswered_count, retry_count, crash_count, revision, closed_revision, frozen_payload, frozen_content_version,
		frozen_warnings, frozen_total_minor, sent_at, refused_hash, void_requested_at, error, warnings, attempt_count,
		qbo_id, qbo_sync_token, qbo_total_minor, qbo_balance_minor, qbo_last_updated_at, paid_on, requested_at, delivered_at,
		created_at, updated_at, row_version)
	VALUES ('invoice', new.id, new.date, new.content_version, new.instance_id, new.connection_id, new.operation, new.state, new.due_at, new.fence,
		new.open_claims, new.unanswered_count, new.retry_count, new.crash_count, new.revision, new.closed_revision, new.frozen_payload, new.frozen_content_version,
		new.frozen_warnings, new.frozen_total_minor, new.sent_at, new.refused_hash, new.void_requested_at, new.error, new.warnings, new.attempt_count,
		new.qbo_invoice_id, new.qbo_sync_token, new.qbo_total_minor, new.qbo_balance_minor, new.qbo_last_updated_at, new.paid_on, new.requested_at, new.delivered_at,
		new.created_at, new.updated_at, new.row_version);
END;
--> statement-breakpoint
-- The former version writes where a delivery stands.
CREATE TRIGGER `former_wrote` AFTER UPDATE OF content_version, connection_id, operation, state, due_at, fence, open_claims, unanswered_count,
	retry_count, crash_count, revision, closed_revision, frozen_payload, frozen_content_version, frozen_warnings, frozen_total_minor,
	sent_at, refused_hash, void_requested_at, error, warnings, attempt_count, qbo_invoice_id, qbo_sync_token,
	qbo_total_minor, qbo_balance_minor, qbo_last_updated_at, paid_on, requested_at, delivered_at, row_version ON `invoices`
WHEN EXISTS (SELECT 1 FROM pushes WHERE kind = 'invoice' AND document_id = new.id AND
	(document_date, content_version, instance_id, connection_id, operation, state, due_at, fence,
	open_claims, unanswered_count, retry_count, crash_count, revision, closed_revision, frozen_payload, frozen_content_version,
	frozen_warnings, frozen_total_minor, sent_at, refused_hash, void_requested_at, error, warnings, attempt_count,
	qbo_id, qbo_sync_token, qbo_total_minor, qbo_balance_minor, qbo_last_updated_at, paid_on, requested_at, delivered_at,
	updated_at, row_version)
	IS NOT (new.date, new.content_version, new.instance_id, new.connection_id, new.operation, new.state, new.due_at, new.fence,
	new.open_claims, new.unanswered_count, new.retry_count, new.crash_count, new.revision, new.closed_revision, new.frozen_payload, new.frozen_content_version,
	new.frozen_warnings, new.frozen_total_minor, new.sent_at, new.refused_hash, new.void_requested_at, new.error, new.warnings, new.attempt_count,
	new.qbo_invoice_id, new.qbo_sync_token, new.qbo_total_minor, new.qbo_balance_minor, new.qbo_last_updated_at, new.paid_on, new.requested_at, new.delivered_at,
	new.updated_at, new.row_version)) BEGIN
	UPDATE pushes SET
		document_date = new.date, content_version = new.content_version, instance_id = new.instance_id, connection_id = new.connection_id,
		operation = new.operation, state = new.state, due_at = new.due_at, fence = new.fence,
		open_claims = new.open_claims, unanswered_count = new.unanswered_count, retry_count = new.retry_count, crash_count = new.crash_count,
		revision = new.revision, closed_revision = new.closed_revision, frozen_payload = new.frozen_payload, frozen_content_version = new.frozen_content_version,
		frozen_warnings = new.frozen_warnings, frozen_total_minor = new.frozen_total_minor, sent_at = new.sent_at, refused_hash = new.refused_hash,
		void_requested_at = new.void_requested_at, error = new.error, warnings = new.warnings, attempt_count = new.attempt_count,
		qbo_id = new.qbo_invoice_id, qbo_sync_token = new.qbo_sync_token, qbo_total_minor = new.qbo_total_minor, qbo_balance_minor = new.qbo_balance_minor,
		qbo_last_updated_at = new.qbo_last_updated_at, paid_on = new.paid_on, requested_at = new.requested_at, delivered_at = new.delivered_at,
		updated_at = new.updated_at, row_version = new.row_version
	WHERE kind = 'invoice' AND document_id = new.id;
END;
--> statement-breakpoint
INSERT INTO `pushes` (kind, document_id, document_date, content_version, instance_id, connection_id, operation, state, due_at, fence,
	open_claims, unanswered_count, retry_count, crash_count, revision, closed_revision, frozen_payload, frozen_content_version,
	frozen_warnings, frozen_total_minor, sent_at, refused_hash, void_requested_at, error, warnings, attempt_count,
	qbo_id, qbo_sync_token, qbo_total_minor, qbo_balance_minor, qbo_last_updated_at, paid_on, requested_at, delivered_at,
	created_at, updated_at, row_version)
SELECT 'invoice', id, date, content_version, instance_id, connection_id, operation, state, due_at, fence,
	open_claims, unanswered_count, retry_count, crash_count, revision, closed_revision, frozen_payload, frozen_content_version,
	frozen_warnings, frozen_total_minor, sent_at, refused_hash, void_requested_at, error, warnings, attempt_count,
	qbo_invoice_id, qbo_sync_token, qbo_total_minor, qbo_balance_minor, qbo_last_updated_at, paid_on, requested_at, delivered_at,
	created_at, updated_at, row_version
FROM `invoices` WHERE NOT EXISTS (SELECT 1 FROM pushes WHERE kind = 'invoice' AND document_id = invoices.id);
--> statement-breakpoint
CREATE INDEX `pushes_by_date` ON `pushes` (`document_date`,`document_id`,`kind`);
--> statement-breakpoint
CREATE INDEX `pushes_by_status` ON `pushes` (`push_status`,`document_date`,`document_id`,`kind`);
--> statement-breakpoint
CREATE INDEX `pushes_by_instance` ON `pushes` (`instance_id`,`document_date`,`document_id`,`kind`);
--> statement-breakpoint
CREATE INDEX `pushes_by_instance_status` ON `pushes` (`instance_id`,`push_status`,`document_date`,`document_id`,`kind`);
--> statement-breakpoint
CREATE INDEX `pushes_due` ON `pushes` (`connection_id`,`state`,`due_at`,`document_id`) WHERE state IN ('queued', 'sending', 'unknown');
--> statement-breakpoint
CREATE INDEX `pushes_exhausted` ON `pushes` (`connection_id`) WHERE state = 'queued' AND open_claims >= 5;
--> statement-breakpoint
CREATE INDEX `pushes_held` ON `pushes` (`connection_id`,`instance_id`) WHERE state = 'held';
--> statement-breakpoint
CREATE UNIQUE INDEX `pushes_qbo_id_once` ON `pushes` (`connection_id`,`qbo_id`,`kind`) WHERE qbo_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX `pushes_delivered` ON `pushes` (`delivered_at`) WHERE delivered_at IS NOT NULL;
--> statement-breakpoint
-- The counts of what rests (0005_invoice_counts.sql) go by the pushes from now on, whichever version writes.
DROP TRIGGER `invoice_counted_new`;
--> statement-breakpoint
DROP TRIGGER `invoice_counted_out`;
--> statement-breakpoint
DROP TRIGGER `invoice_counted_in`;
--> statement-breakpoint
DROP TRIGGER `invoice_counted_gone`;
--> statement-breakpoint
CREATE TRIGGER `invoice_counted_new` AFTER INSERT ON `pushes`
WHEN new.kind = 'invoice' AND new.push_status IN ('not_sent', 'sent', 'voided') BEGIN
	INSERT INTO invoice_counts (instance_id, push_status, n) VALUES (new.instance_id, new.push_status, 1)
	ON CONFLICT (instance_id, push_status) DO UPDATE SET n = n + 1;
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_counted_out` AFTER UPDATE OF operation, state, instance_id ON `pushes`
WHEN old.kind = 'invoice' AND old.push_status IN ('not_sent', 'sent', 'voided') AND (old.push_status <> new.push_status OR old.instance_id <> new.instance_id) BEGIN
	UPDATE invoice_counts SET n = n - 1 WHERE instance_id = old.instance_id AND push_status = old.push_status;
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_counted_in` AFTER UPDATE OF operation, state, instance_id ON `pushes`
WHEN new.kind = 'invoice' AND new.push_status IN ('not_sent', 'sent', 'voided') AND (old.push_status <> new.push_status OR old.instance_id <> new.instance_id) BEGIN
	INSERT INTO invoice_counts (instance_id, push_status, n) VALUES (new.instance_id, new.push_status, 1)
	ON CONFLICT (instance_id, push_status) DO UPDATE SET n = n + 1;
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_counted_gone` AFTER DELETE ON `pushes`
WHEN old.kind = 'invoice' AND old.push_status IN ('not_sent', 'sent', 'voided') BEGIN
	UPDATE invoice_counts SET n = n - 1 WHERE instance_id = old.instance_id AND push_status = old.push_status;
END;
--> statement-breakpoint
INSERT INTO invoice_counts (instance_id, push_status, n)
SELECT instance_id, push_status, count(*) FROM pushes WHERE kind = 'invoice' AND push_status IN ('not_sent', 'sent', 'voided') GROUP BY 1, 2
ON CONFLICT (instance_id, push_status) DO UPDATE SET n = excluded.n;
--> statement-breakpoint
-- This version opens a push: the former one reads it in the invoice.
CREATE TRIGGER `opened_for_former` AFTER INSERT ON `pushes`
WHEN new.kind = 'invoice' AND EXISTS (SELECT 1 FROM invoices WHERE id = new.document_id AND
	(content_version, connection_id, operation, state, due_at, fence, open_claims, unanswered_count,
	retry_count, crash_count, revision, closed_revision, frozen_payload, frozen_content_version, frozen_warnings, frozen_total_minor,
	sent_at, refused_hash, void_requested_at, error, warnings, attempt_count, qbo_invoice_id, qbo_sync_token,
	qbo_total_minor, qbo_balance_minor, qbo_last_updated_at, paid_on, requested_at, delivered_at, updated_at, row_version)
	IS NOT (new.content_version, new.connection_id, new.operation, new.state, new.due_at, new.fence, new.open_claims, new.unanswered_count,
	new.retry_count, new.crash_count, new.revision, new.closed_revision, new.frozen_payload, new.frozen_content_version, new.frozen_warnings, new.frozen_total_minor,
	new.sent_at, new.refused_hash, new.void_requested_at, new.error, new.warnings, new.attempt_count, new.qbo_id, new.qbo_sync_token,
	new.qbo_total_minor, new.qbo_balance_minor, new.qbo_last_updated_at, new.paid_on, new.requested_at, new.delivered_at, new.updated_at, new.row_version)) BEGIN
	UPDATE invoices SET
		content_version = new.content_version, connection_id = new.connection_id, operation = new.operation, state = new.state,
		due_at = new.due_at, fence = new.fence, open_claims = new.open_claims, unanswered_count = new.unanswered_count,
		retry_count = new.retry_count, crash_count = new.crash_count, revision = new.revision, closed_revision = new.closed_revision,
		frozen_payload = new.frozen_payload, frozen_content_version = new.frozen_content_version, frozen_warnings = new.frozen_warnings, frozen_total_minor = new.frozen_total_minor,
		sent_at = new.sent_at, refused_hash = new.refused_hash, void_requested_at = new.void_requested_at, error = new.error,
		warnings = new.warnings, attempt_count = new.attempt_count, qbo_invoice_id = new.qbo_id, qbo_sync_token = new.qbo_sync_token,
		qbo_total_minor = new.qbo_total_minor, qbo_balance_minor = new.qbo_balance_minor, qbo_last_updated_at = new.qbo_last_updated_at, paid_on = new.paid_on,
		requested_at = new.requested_at, delivered_at = new.delivered_at, updated_at = new.updated_at, row_version = new.row_version
	WHERE id = new.document_id;
END;
--> statement-breakpoint
-- This version moves a push.
CREATE TRIGGER `moved_for_former` AFTER UPDATE ON `pushes`
WHEN new.kind = 'invoice' AND EXISTS (SELECT 1 FROM invoices WHERE id = new.document_id AND
	(content_version, connection_id, operation, state, due_at, fence, open_claims, unanswered_count,
	retry_count, crash_count, revision, closed_revision, frozen_payload, frozen_content_version, frozen_warnings, frozen_total_minor,
	sent_at, refused_hash, void_requested_at, error, warnings, attempt_count, qbo_invoice_id, qbo_sync_token,
	qbo_total_minor, qbo_balance_minor, qbo_last_updated_at, paid_on, requested_at, delivered_at, updated_at, row_version)
	IS NOT (new.content_version, new.connection_id, new.operation, new.state, new.due_at, new.fence, new.open_claims, new.unanswered_count,
	new.retry_count, new.crash_count, new.revision, new.closed_revision, new.frozen_payload, new.frozen_content_version, new.frozen_warnings, new.frozen_total_minor,
	new.sent_at, new.refused_hash, new.void_requested_at, new.error, new.warnings, new.attempt_count, new.qbo_id, new.qbo_sync_token,
	new.qbo_total_minor, new.qbo_balance_minor, new.qbo_last_updated_at, new.paid_on, new.requested_at, new.delivered_at, new.updated_at, new.row_version)) BEGIN
	UPDATE invoices SET
		content_version = new.content_version, connection_id = new.connection_id, operation = new.operation, state = new.state,
		due_at = new.due_at, fence = new.fence, open_claims = new.open_claims, unanswered_count = new.unanswered_count,
		retry_count = new.retry_count, crash_count = new.crash_count, revision = new.revision, closed_revision = new.closed_revision,
		frozen_payload = new.frozen_payload, frozen_content_version = new.frozen_content_version, frozen_warnings = new.frozen_warnings, frozen_total_minor = new.frozen_total_minor,
		sent_at = new.sent_at, refused_hash = new.refused_hash, void_requested_at = new.void_requested_at, error = new.error,
		warnings = new.warnings, attempt_count = new.attempt_count, qbo_invoice_id = new.qbo_id, qbo_sync_token = new.qbo_sync_token,
		qbo_total_minor = new.qbo_total_minor, qbo_balance_minor = new.qbo_balance_minor, qbo_last_updated_at = new.qbo_last_updated_at, paid_on = new.paid_on,
		requested_at = new.requested_at, delivered_at = new.delivered_at, updated_at = new.updated_at, row_version = new.row_version
	WHERE id = new.document_id;
END;
--> statement-breakpoint
-- No version erases invoices; who does by hand takes the push along, which would else be due for ever.
CREATE TRIGGER `push_erased` AFTER DELETE ON `invoices` BEGIN
	DELETE FROM pushes WHERE kind = 'invoice' AND document_id = old.id;
END;
