ALTER TABLE `pushes` ADD `error_before_link` text;--> statement-breakpoint
UPDATE pushes SET error_before_link = json_object(
  'category', 'duplicate', 'title', 'Already in QuickBooks',
  'message', 'The number is already used in QuickBooks by an invoice to which this one was linked.',
  'remedy', 'If it is the same invoice, link it; if it is a different one, send this invoice under another number.',
  'code', '6140', 'retryable', json('false'), 'intuit_tid', NULL, 'occurred_at', updated_at,
  'fix', json_object('label', 'Link it or use another number', 'action', 'choose_number',
    'subject', json_object('kind', 'invoice', 'id', qbo_id,
      'name', (SELECT coalesce(doc_number, number) FROM invoices WHERE invoices.id = pushes.document_id))))
WHERE kind = 'invoice' AND operation = 'create' AND state = 'sent' AND qbo_id IS NOT NULL AND frozen_payload IS NULL
  AND EXISTS (SELECT 1 FROM activity WHERE subject_kind = 'invoice' AND subject_id = pushes.document_id AND action = 'invoice.linked');--> statement-breakpoint
CREATE INDEX `links_by_name` ON `links` (`connection_id`,`kind`,name COLLATE NOCASE,`key`);
