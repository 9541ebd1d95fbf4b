/** A connection to a US company, for tests of what depends on its settings. */
import type { Connection } from "../../src/connections/connection.ts";
import { US_COMPANY } from "./company-fixture.ts";

export const NOW = new Date("2026-01-05T12:00:00Z");

/** Fully configured for inventory and one customer; a test that is about one setting says so beside it. */
export const CONNECTION: Connection = {
  id: "c1",
  realmId: "9341",
  companyName: "Harbour Trading Co.",
  state: "connected",
  stateChangedAt: NOW.toISOString(),
  generation: 1,
  refreshExpiresAt: "2026-04-10T12:00:00.000Z",
  refreshHardExpiresAt: "2030-10-01T00:00:00.000Z",
  subscriptionLapsedAt: null,
  enabled: true,
  autoInvoice: false,
  customerMode: "single",
  customerName: "Web orders",
  incomeAccount: "Web sales",
  cogsAccount: "Web costs",
  assetAccount: "Stock",
  itemType: "inventory",
  defaultInventoryQuantity: "100",
  inventoryStartDate: "2026-01-01",
  salesTaxCode: "20.0% S",
  zeroRateCode: null,
  taxCodes: null,
  totalPolicy: "refuse",
  timeZone: null,
  letters: "all",
  lettersLearnedAt: null,
  company: US_COMPANY,
  companyReadAt: NOW.toISOString(),
  createdAt: NOW.toISOString(),
  updatedAt: NOW.toISOString(),
};
