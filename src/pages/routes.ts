/**
 * Mounts all pages: the table of contents of what people see. Of two pages that match an address, the one with the
 * fixed path comes first.
 */
import { Hono } from "hono";
import type { AppEnv } from "../app-context.ts";
import { alertsPage } from "./alerts/alerts-page.tsx";
import { connectionPage } from "./connections/connection-page.tsx";
import { connectionsPage } from "./connections/connections-page.tsx";
import { oauthPage } from "./connections/oauth-page.tsx";
import { quickbooksUrlsPage } from "./connections/quickbooks-urls-page.tsx";
import { deliveriesPage } from "./deliveries/deliveries-page.tsx";
import { deliveryPage } from "./deliveries/delivery-page.tsx";
import { fulfillmentPage } from "./fulfillment/fulfillment-page.tsx";
import { helpPage } from "./help/help-page.tsx";
import { legalPage } from "./help/legal-page.tsx";
import { instanceEvents } from "./instances/instance-events.tsx";
import { instancePage } from "./instances/instance-page.tsx";
import { instancesPage } from "./instances/instances-page.tsx";
import { changeLinkPage } from "./links/change-link-page.tsx";
import { linksPage } from "./links/links-page.tsx";
import { attentionPage } from "./invoices/attention-page.tsx";
import { fixPage } from "./invoices/fix-page.tsx";
import { invoicePage } from "./invoices/invoice-page.tsx";
import { invoicesPage } from "./invoices/invoices-page.tsx";
import { orderPage } from "./orders/order-page.tsx";
import { formAddresses } from "./parts/form-addresses.ts";
import { accountPage } from "./people/account-page.tsx";
import { activityPage } from "./people/activity-page.tsx";
import { apiKeysPage } from "./people/api-keys-page.tsx";
import { usersPage } from "./people/users-page.tsx";
import { invitePage } from "./sign-in/invite-page.tsx";
import { loginPage } from "./sign-in/login-page.tsx";
import { recoverPage } from "./sign-in/recover-page.tsx";
import { resetPage } from "./sign-in/reset-page.tsx";
import { setupPage } from "./sign-in/setup-page.tsx";
import { dashboardPage } from "./status/dashboard-page.tsx";
import { statusPage } from "./status/status-page.tsx";

export const pages = new Hono<AppEnv>();

const everyPage = [
  formAddresses,
  loginPage,
  setupPage,
  invitePage,
  resetPage,
  recoverPage,
  dashboardPage,
  fulfillmentPage,
  orderPage,
  attentionPage,
  invoicesPage,
  invoicePage,
  fixPage,
  deliveriesPage,
  deliveryPage,
  statusPage,
  connectionsPage,
  connectionPage,
  linksPage,
  changeLinkPage,
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
  helpPage,
  legalPage,
];

for (const page of everyPage) pages.route("/", page);
