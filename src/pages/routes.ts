/**
 * All pages under one roof: the table of contents of what people see. Of two that share an address, the one with the
 * fixed path comes first.
 */
import { Hono } from "hono";
import type { AppEnv } from "../app-context.ts";
import { accountPage } from "./account-page.tsx";
import { activityPage } from "./activity-page.tsx";
import { alertsPage } from "./alerts-page.tsx";
import { apiKeysPage } from "./api-keys-page.tsx";
import { connectionPage } from "./connection-page.tsx";
import { connectionsPage } from "./connections-page.tsx";
import { dashboardPage } from "./dashboard-page.tsx";
import { failedPage } from "./failed-page.tsx";
import { formAddresses } from "./form-addresses.ts";
import { fulfillmentPage } from "./fulfillment-page.tsx";
import { instanceEvents } from "./instance-events.tsx";
import { instancePage } from "./instance-page.tsx";
import { instancesPage } from "./instances-page.tsx";
import { invitePage } from "./invite-page.tsx";
import { invoicePage } from "./invoice-page.tsx";
import { invoicesPage } from "./invoices-page.tsx";
import { loginPage } from "./login-page.tsx";
import { mendPage } from "./mend-page.tsx";
import { oauthPage } from "./oauth-page.tsx";
import { quickbooksUrlsPage } from "./quickbooks-urls-page.tsx";
import { setupPage } from "./setup-page.tsx";
import { statusPage } from "./status-page.tsx";
import { usersPage } from "./users-page.tsx";

export const pages = new Hono<AppEnv>();

const everyPage = [
  formAddresses,
  loginPage,
  setupPage,
  invitePage,
  dashboardPage,
  fulfillmentPage,
  failedPage,
  invoicesPage,
  invoicePage,
  mendPage,
  statusPage,
  connectionsPage,
  connectionPage,
  oauthPage,
  quickbooksUrlsPage,
  instancesPage,
  instancePage,
  instanceEvents,
  alertsPage,
  apiKeysPage,
  usersPage,
  accountPage,
  activityPage,
];

for (const page of everyPage) pages.route("/", page);
