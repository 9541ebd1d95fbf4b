-- Search over invoices: a full-text index of three-letter pieces, so that any part of a number or a name is found
-- without a scan (SQLite FTS5, trigram tokenizer). The text itself stays in invoices (external content); the triggers
-- below keep the index in step, whoever writes. It relies on rowids that never change: D1 offers no VACUUM.
CREATE VIRTUAL TABLE `invoice_search` USING fts5(
	`number`, `order_number`, `customer_name`,
	content='invoices', content_rowid='rowid', tokenize='trigram remove_diacritics 1', columnsize=0
);
--> statement-breakpoint
CREATE TRIGGER `invoice_search_added` AFTER INSERT ON `invoices` BEGIN
	INSERT INTO invoice_search (rowid, number, order_number, customer_name)
	VALUES (new.rowid, new.number, new.order_number, new.customer_name);
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_search_changed` AFTER UPDATE OF number, order_number, customer_name ON `invoices`
WHEN old.number <> new.number OR old.order_number <> new.order_number OR old.customer_name <> new.customer_name BEGIN
	INSERT INTO invoice_search (invoice_search, rowid, number, order_number, customer_name)
	VALUES ('delete', old.rowid, old.number, old.order_number, old.customer_name);
	INSERT INTO invoice_search (rowid, number, order_number, customer_name)
	VALUES (new.rowid, new.number, new.order_number, new.customer_name);
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_search_removed` AFTER DELETE ON `invoices` BEGIN
	INSERT INTO invoice_search (invoice_search, rowid, number, order_number, customer_name)
	VALUES ('delete', old.rowid, old.number, old.order_number, old.customer_name);
END;
--> statement-breakpoint
INSERT INTO invoice_search (invoice_search) VALUES ('rebuild');
--> statement-breakpoint
-- Finds the oldest rejected deliveries of an instance (only the newest are kept) without reading the accepted ones.
CREATE INDEX `order_events_rejected` ON `order_events` (`instance_id`,`id`) WHERE outcome = 'rejected';
