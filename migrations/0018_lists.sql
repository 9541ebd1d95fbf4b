-- What the list of invoices needs. Within a day invoices go by their numbers, so the ledger has a copy of the number that
-- sorts as people count: shorter ones first. Triggers write it for what the former version makes or renumbers. The indexes
-- end with it now, and there is one for each view, for a company, for what one click has sent, and for an amount.
ALTER TABLE `pushes` ADD `sort_number` text DEFAULT '' NOT NULL;
--> statement-breakpoint
UPDATE `pushes` SET sort_number = coalesce((SELECT printf('%03d%s', length(number), number) FROM invoices WHERE id = document_id), '') WHERE kind = 'invoice';
--> statement-breakpoint
CREATE TRIGGER `push_numbered` AFTER INSERT ON `pushes` WHEN new.kind = 'invoice' AND new.sort_number = '' BEGIN
	UPDATE pushes SET sort_number = coalesce((SELECT printf('%03d%s', length(number), number) FROM invoices WHERE id = new.document_id), '')
	WHERE kind = 'invoice' AND document_id = new.document_id;
END;
--> statement-breakpoint
CREATE TRIGGER `push_renumbered` AFTER UPDATE OF number ON `invoices` WHEN old.number <> new.number BEGIN
	UPDATE pushes SET sort_number = printf('%03d%s', length(new.number), new.number)
	WHERE kind = 'invoice' AND document_id = new.id AND sort_number <> printf('%03d%s', length(new.number), new.number);
END;
--> statement-breakpoint
DROP INDEX `pushes_by_date`;
--> statement-breakpoint
CREATE INDEX `pushes_by_date` ON `pushes` (`document_date`,`sort_number`,`document_id`,`kind`);
--> statement-breakpoint
DROP INDEX `pushes_by_status`;
--> statement-breakpoint
CREATE INDEX `pushes_by_status` ON `pushes` (`push_status`,`document_date`,`sort_number`,`document_id`,`kind`);
--> statement-breakpoint
DROP INDEX `pushes_by_instance`;
--> statement-breakpoint
CREATE INDEX `pushes_by_instance` ON `pushes` (`instance_id`,`document_date`,`sort_number`,`document_id`,`kind`);
--> statement-breakpoint
DROP INDEX `pushes_by_instance_status`;
--> statement-breakpoint
CREATE INDEX `pushes_by_instance_status` ON `pushes` (`instance_id`,`push_status`,`document_date`,`sort_number`,`document_id`,`kind`);
--> statement-breakpoint
CREATE INDEX `pushes_by_connection` ON `pushes` (`connection_id`,`document_date`,`sort_number`,`document_id`,`kind`);
--> statement-breakpoint
CREATE INDEX `pushes_by_number` ON `pushes` (`sort_number`,`document_id`,`kind`);
--> statement-breakpoint
CREATE INDEX `pushes_attention` ON `pushes` (`document_date`,`sort_number`,`document_id`,`kind`) WHERE state = 'failed' OR (warnings <> '[]' AND (instr(warnings, '"code":"voided_in_quickbooks"') > 0 OR (state <> 'voided' AND (instr(warnings, '"code":"conflict"') > 0 OR instr(warnings, '"code":"changed"') > 0 OR instr(warnings, '"code":"paid"') > 0 OR instr(warnings, '"code":"changed_in_quickbooks"') > 0 OR instr(warnings, '"code":"order_cancelled"') > 0))));
--> statement-breakpoint
CREATE INDEX `pushes_waiting` ON `pushes` (`document_date`,`sort_number`,`document_id`,`kind`) WHERE push_status IN ('queued', 'sending', 'held', 'unknown');
--> statement-breakpoint
CREATE INDEX `pushes_warned` ON `pushes` (`document_date`,`sort_number`,`document_id`,`kind`) WHERE push_status = 'sent' AND warnings <> '[]';
--> statement-breakpoint
CREATE INDEX `pushes_requested` ON `pushes` (`requested_at`) WHERE requested_at IS NOT NULL;
--> statement-breakpoint
CREATE INDEX `invoices_by_total` ON `invoices` (`total_minor`);
--> statement-breakpoint
-- The search finds letters with and without their accents, also where Unicode knows no plain letter for them, and names
-- with and without apostrophes. What is searched for is written plainly in the same way (src/invoices/plain-letters.ts).
-- The index no longer holds the texts of its content table, so 'rebuild' must not be used on it.
DROP TRIGGER `invoice_search_added`;
--> statement-breakpoint
DROP TRIGGER `invoice_search_changed`;
--> statement-breakpoint
DROP TRIGGER `invoice_search_removed`;
--> statement-breakpoint
CREATE VIEW `invoice_texts` AS SELECT rowid AS id,
	replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(number, 'Ł', 'L'), 'ł', 'l'), 'Ø', 'O'), 'ø', 'o'), 'Đ', 'D'), 'đ', 'd'), 'Ð', 'D'), 'ð', 'd'), 'Þ', 'Th'), 'þ', 'th'), 'ß', 'ss'), 'ẞ', 'SS'), 'Æ', 'AE'), 'æ', 'ae'), 'Œ', 'OE'), 'œ', 'oe'), 'ı', 'i'), '''', ''), '’', ''), '‘', ''), '`', ''), '´', '') AS number,
	replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(order_number, 'Ł', 'L'), 'ł', 'l'), 'Ø', 'O'), 'ø', 'o'), 'Đ', 'D'), 'đ', 'd'), 'Ð', 'D'), 'ð', 'd'), 'Þ', 'Th'), 'þ', 'th'), 'ß', 'ss'), 'ẞ', 'SS'), 'Æ', 'AE'), 'æ', 'ae'), 'Œ', 'OE'), 'œ', 'oe'), 'ı', 'i'), '''', ''), '’', ''), '‘', ''), '`', ''), '´', '') AS order_number,
	replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(customer_name, 'Ł', 'L'), 'ł', 'l'), 'Ø', 'O'), 'ø', 'o'), 'Đ', 'D'), 'đ', 'd'), 'Ð', 'D'), 'ð', 'd'), 'Þ', 'Th'), 'þ', 'th'), 'ß', 'ss'), 'ẞ', 'SS'), 'Æ', 'AE'), 'æ', 'ae'), 'Œ', 'OE'), 'œ', 'oe'), 'ı', 'i'), '''', ''), '’', ''), '‘', ''), '`', ''), '´', '') AS customer_name
FROM invoices;
--> statement-breakpoint
CREATE TRIGGER `invoice_search_added` AFTER INSERT ON `invoices` BEGIN
	INSERT INTO invoice_search (rowid, number, order_number, customer_name)
	SELECT id, number, order_number, customer_name FROM invoice_texts WHERE id = new.rowid;
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_search_unchanged` BEFORE UPDATE OF number, order_number, customer_name ON `invoices`
WHEN old.number <> new.number OR old.order_number <> new.order_number OR old.customer_name <> new.customer_name BEGIN
	INSERT INTO invoice_search (invoice_search, rowid, number, order_number, customer_name)
	SELECT 'delete', id, number, order_number, customer_name FROM invoice_texts WHERE id = old.rowid;
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_search_changed` AFTER UPDATE OF number, order_number, customer_name ON `invoices`
WHEN old.number <> new.number OR old.order_number <> new.order_number OR old.customer_name <> new.customer_name BEGIN
	INSERT INTO invoice_search (rowid, number, order_number, customer_name)
	SELECT id, number, order_number, customer_name FROM invoice_texts WHERE id = new.rowid;
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_search_removed` BEFORE DELETE ON `invoices` BEGIN
	INSERT INTO invoice_search (invoice_search, rowid, number, order_number, customer_name)
	SELECT 'delete', id, number, order_number, customer_name FROM invoice_texts WHERE id = old.rowid;
END;
--> statement-breakpoint
INSERT INTO invoice_search (invoice_search) VALUES ('delete-all');
--> statement-breakpoint
INSERT INTO invoice_search (rowid, number, order_number, customer_name) SELECT id, number, order_number, customer_name FROM invoice_texts;
