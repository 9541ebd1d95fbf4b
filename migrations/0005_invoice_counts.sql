-- How many invoices rest in each status in which they pile up over the years, so that no page counts them one by one.
-- Those on their way, held or failed are few and are counted by index. Triggers run within the statement that fires
-- them, so the counts are right whoever writes; only INSERT OR REPLACE, which fires no trigger for the row that it
-- takes away, must not be used on invoices.
CREATE TABLE `invoice_counts` (
	`instance_id` text NOT NULL,
	`push_status` text NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`instance_id`, `push_status`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TRIGGER `invoice_counted_new` AFTER INSERT ON `invoices`
WHEN new.push_status IN ('not_sent', 'sent', 'voided') BEGIN
	INSERT INTO invoice_counts (instance_id, push_status, n) VALUES (new.instance_id, new.push_status, 1)
	ON CONFLICT (instance_id, push_status) DO UPDATE SET n = n + 1;
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_counted_out` AFTER UPDATE OF operation, state, instance_id ON `invoices`
WHEN old.push_status IN ('not_sent', 'sent', 'voided') AND (old.push_status <> new.push_status OR old.instance_id <> new.instance_id) BEGIN
	UPDATE invoice_counts SET n = n - 1 WHERE instance_id = old.instance_id AND push_status = old.push_status;
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_counted_in` AFTER UPDATE OF operation, state, instance_id ON `invoices`
WHEN new.push_status IN ('not_sent', 'sent', 'voided') AND (old.push_status <> new.push_status OR old.instance_id <> new.instance_id) BEGIN
	INSERT INTO invoice_counts (instance_id, push_status, n) VALUES (new.instance_id, new.push_status, 1)
	ON CONFLICT (instance_id, push_status) DO UPDATE SET n = n + 1;
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_counted_gone` AFTER DELETE ON `invoices`
WHEN old.push_status IN ('not_sent', 'sent', 'voided') BEGIN
	UPDATE invoice_counts SET n = n - 1 WHERE instance_id = old.instance_id AND push_status = old.push_status;
END;
--> statement-breakpoint
INSERT INTO invoice_counts (instance_id, push_status, n)
SELECT instance_id, push_status, count(*) FROM invoices WHERE push_status IN ('not_sent', 'sent', 'voided') GROUP BY 1, 2;
