ALTER TABLE `links` ADD `is_taxable` integer;
