/**
 * What each release wrote into `orders.body` and `invoices.body` for the example order, to the letter. They are in
 * databases out there: none may ever be changed or removed here. A release that writes something else adds its own.
 */
export interface StoredBodies {
  release: string;
  order: string;
  content: string;
}

export const STORED_BODIES: readonly StoredBodies[] = [
  {
    release: "0.1.0",
    order:
      '{"id":"o-1","number":"1001","currency":"USD","placedAt":"2026-11-19T08:00:00.000Z","shippedAt":"2026-11-20T09:30:00.000Z","customer":{"id":"c-1","name":"Green Grocers","email":"orders@example.com","phone":null},"billingAddress":{"line1":"1 High Street","line2":null,"city":"Springfield","region":"OR","postalCode":"97477","country":"USA"},"shippingAddress":null,"lines":[{"id":"1","sku":"TEA-1","name":"Black tea","description":"Tin, 250 g","quantity":"3","unitPrice":"4.25","amountMinor":1275,"discountMinor":75,"taxable":true},{"id":"2","sku":"CUP-9","name":"Cup","description":null,"quantity":"2","unitPrice":"8","amountMinor":1600,"discountMinor":0,"taxable":false}],"discountMinor":300,"shippingMinor":550,"taxMinor":100,"totalMinor":3150,"discount":"3.00","shipping":"5.50","tax":"1.00","total":"31.50","shippingMethod":"Ground","trackingNumber":null,"poNumber":null,"memo":null}',
    content:
      '{"number":"INV-1","date":"2026-11-20","dueDate":null,"order":{"id":"o-1","number":"1001","currency":"USD","placedAt":"2026-11-19T08:00:00.000Z","shippedAt":"2026-11-20T09:30:00.000Z","customer":{"id":"c-1","name":"Green Grocers","email":"orders@example.com","phone":null},"billingAddress":{"line1":"1 High Street","line2":null,"city":"Springfield","region":"OR","postalCode":"97477","country":"USA"},"shippingAddress":null,"lines":[{"id":"1","sku":"TEA-1","name":"Black tea","description":"Tin, 250 g","quantity":"3","unitPrice":"4.25","amountMinor":1275,"discountMinor":75,"taxable":true},{"id":"2","sku":"CUP-9","name":"Cup","description":null,"quantity":"2","unitPrice":"8","amountMinor":1600,"discountMinor":0,"taxable":false}],"discountMinor":300,"shippingMinor":550,"taxMinor":100,"totalMinor":3150,"discount":"3.00","shipping":"5.50","tax":"1.00","total":"31.50","shippingMethod":"Ground","trackingNumber":null,"poNumber":null,"memo":null}}',
  },
];
