/**
 * What people and programs ask of 50,000 invoices: each way to look at them, by API and by page. Addresses only.
 */
import { DOCUMENT_STATES } from "../src/documents/status.ts";
import { RARE_CUSTOMER, RARE_INSTANCE } from "./company-history.ts";

export interface Question {
  name: string;
  path: string;
  by: "api" | "page";
}

/** Everything is told in proportion to this one. */
export const PLAIN = "API: first page";

/** `deepCursor`: the place of page 500. */
export function questions(deepCursor: string): Question[] {
  const filters: [string, Record<string, string>][] = [
    [`page 500`, { after: deepCursor }],
    ["search, one number", { q: "INV-123456" }],
    ["search, a rare customer", { q: RARE_CUSTOMER.toLowerCase() }],
    ["search, part of every number", { q: "INV" }],
    ["search, a common word", { q: "food" }],
    ["search, 2 characters that all begin with", { q: "in" }],
    ["search, 2 characters that none begins with", { q: "zz" }],
    ["search and status failed", { q: "INV", status: "failed" }],
    ...DOCUMENT_STATES.map((status): [string, Record<string, string>] => [`status ${status}`, { status }]),
    ["the largest instance", { instance: "instance-1" }],
    ["the smallest instance", { instance: RARE_INSTANCE }],
    ["the smallest instance, status failed", { instance: RARE_INSTANCE, status: "failed" }],
    ["one month", { from: "2025-03-01", to: "2025-03-31" }],
    [
      "one month, status sent, one instance",
      { from: "2025-03-01", to: "2025-03-31", status: "sent", instance: "instance-2" },
    ],
    ["a month without any", { from: "2010-01-01", to: "2010-01-31" }],
  ];
  return [
    { name: PLAIN, path: "/api/v1/invoices", by: "api" },
    ...filters.map(([name, filter]): Question => ({
      name: `API: ${name}`,
      path: `/api/v1/invoices?${apiQuery(filter)}`,
      by: "api",
    })),
    { name: "API: 200 rows", path: "/api/v1/invoices?limit=200", by: "api" },
    { name: "API: status", path: "/api/v1/status", by: "api" },
    { name: "API: orders, shipped", path: "/api/v1/orders?status=shipped", by: "api" },
    { name: "API: orders, to be invoiced", path: "/api/v1/orders?status=shipped&invoiced=false", by: "api" },
    { name: "API: orders, the smallest instance", path: `/api/v1/orders?instance_id=${RARE_INSTANCE}`, by: "api" },
    { name: "Invoices: first page", path: "/invoices", by: "page" },
    ...filters.map(([name, filter]): Question => ({
      name: `Invoices: ${name}`,
      path: `/invoices?${new URLSearchParams(filter).toString()}`,
      by: "page",
    })),
    { name: "Invoices: failed by cause", path: "/invoices/failed", by: "page" },
    { name: "Fulfillment", path: "/fulfillment", by: "page" },
    { name: "Fulfillment: the smallest instance", path: `/fulfillment?instance=${RARE_INSTANCE}`, by: "page" },
    { name: "Dashboard", path: "/", by: "page" },
    { name: "Status", path: "/status", by: "page" },
    { name: "Connection", path: "/settings/quickbooks/connection-2", by: "page" },
    { name: "Instance", path: "/settings/instances/instance-1", by: "page" },
  ];
}

function apiQuery(filter: Record<string, string>): string {
  const names: Record<string, string> = { status: "push_status", instance: "instance_id" };
  return new URLSearchParams(Object.entries(filter).map(([name, value]) => [names[name] ?? name, value])).toString();
}
