/**
 * The emulator's Worker: QuickBooks Online and Intuit's OAuth on one machine, stricter than the original. This file is
 * the table of contents; each route and each rule is in the file that it names.
 */
import { Hono } from "hono";
import { apiRoutes } from "./api/routes.ts";
import { controlRoutes } from "./control/routes.ts";
import type { Env } from "./env.ts";
import { authorizeRoutes } from "./intuit/authorize-page.tsx";
import { discoveryRoutes } from "./intuit/discovery.ts";
import { revokeRoutes } from "./intuit/revoke.ts";
import { tokenRoutes } from "./intuit/token.ts";
import { userinfoRoutes } from "./intuit/userinfo.ts";
import { pageRoutes } from "./pages/routes.ts";

const app = new Hono<{ Bindings: Env }>();

app.route("/", discoveryRoutes);
app.route("/", authorizeRoutes);
app.route("/", tokenRoutes);
app.route("/", revokeRoutes);
app.route("/", userinfoRoutes);
app.route("/", apiRoutes);
app.route("/", controlRoutes);
app.route("/", pageRoutes);

export default app;
export { CompanyObject } from "./company/company-object.ts";
export { IntuitObject } from "./intuit/intuit-object.ts";
