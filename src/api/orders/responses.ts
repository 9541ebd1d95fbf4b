/**
 * What the API returns about orders (docs/contract.md, section 6): the types of its responses, and what the OpenAPI
 * document promises.
 */
import { z } from "zod";
import { named } from "../named.ts";
import { decimal, id, pageOf, time } from "../shapes.ts";

const address = z
  .object({
    line1: z.string().nullable(),
    line2: z.string().nullable(),
    city: z.string().nullable(),
    region: z.string().nullable(),
    postal_code: z.string().nullable(),
    country: z.string().nullable(),
  })
  .nullable();

const orderFields = z.object({
  id,
  external_id: z.string(),
  instance_id: id,
  status: z.enum(["open", "shipped", "cancelled"]),
  number: z.string(),
  customer_name: z.string(),
  currency: z.string(),
  total: decimal,
  placed_at: z.string().nullable(),
  shipped_at: z.string().nullable(),
  invoiced: z.boolean(),
  created_at: time,
  updated_at: time,
});
export const orderSummary = named("OrderSummary", orderFields);
export const orderPage = pageOf("OrderPage", orderSummary);
export const orderSchema = named(
  "Order",
  orderFields.extend({
    content: z
      .object({
        customer: z.object({
          id: z.string().nullable(),
          name: z.string(),
          email: z.string().nullable(),
          phone: z.string().nullable(),
        }),
        billing_address: address,
        shipping_address: address,
        lines: z.array(
          z.object({
            id: z.string().nullable(),
            sku: z.string().nullable(),
            name: z.string().nullable(),
            description: z.string().nullable(),
            quantity: decimal,
            unit_price: decimal,
            discount: decimal,
            taxable: z.boolean(),
            tax: decimal.nullable(),
            tax_rate: decimal.nullable(),
          }),
        ),
        discount: decimal,
        shipping: decimal,
        tax: decimal,
        shipping_tax: decimal.nullable(),
        shipping_tax_rate: decimal.nullable(),
        prices_include_tax: z.boolean(),
        shipping_method: z.string().nullable(),
        tracking_number: z.string().nullable(),
        po_number: z.string().nullable(),
        memo: z.string().nullable(),
      })
      .nullable()
      .meta({ description: "Null for an order that was cancelled before it ever arrived." }),
  }),
);
