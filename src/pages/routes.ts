/**
 * All pages under one roof: the table of contents of what people see.
 */
import { Hono } from "hono";
import type { AppEnv } from "../app-context.ts";
import { invitePage } from "./invite-page.tsx";
import { loginPage } from "./login-page.tsx";
import { setupPage } from "./setup-page.tsx";

export const pages = new Hono<AppEnv>();

pages.route("/", loginPage);
pages.route("/", setupPage);
pages.route("/", invitePage);
