/**
 * Handles the forms about the events sent to an instance's order system. The page itself is instance-page.tsx; it is
 * the response to a form that was refused or that asked for the secret.
 */
import { Hono } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { INVOICE_EVENTS } from "../../notifications/event.ts";
import { listNotifications } from "../../notifications/store.ts";
import { may, needs } from "../../people/route-access.ts";
import { respondWithFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { redirectTo } from "../parts/local-redirect.ts";
import { NOTICE_ROWS } from "../parts/notice-view.tsx";
import { endpointRoutes } from "../parts/webhook-endpoint-routes.ts";
import { EventLog, eventsBase } from "./instance-events-view.tsx";
import { showInstance, subject } from "./instance-page.tsx";

const HERE = eventsBase(":id");

export const instanceEvents = new Hono<AppEnv>();

const pageOf = (id: string) => `/settings/instances/${id}#events`;

instanceEvents.get(HERE, needs("read"), async (c) => {
  const instance = await subject(c);
  if (!isFragmentRequest(c)) return redirectTo(c, pageOf(instance.id));
  const notices = await listNotifications(c.get("db"), instance.id, NOTICE_ROWS);
  const log = { base: eventsBase(instance.id), notices, now: c.get("now"), mayConfigure: may(c, "configure") };
  return respondWithFragment(c, c.get("nonce"), <EventLog {...log} />);
});

const routes = endpointRoutes({
  base: HERE,
  events: INVOICE_EVENTS,
  subject: async (c) => {
    const { id } = await subject(c);
    return { target: id, page: pageOf(id) };
  },
  show: async (c, { notice, ...events }, status) =>
    showInstance(c, await subject(c), { events, ...(notice ? { notice } : {}) }, status),
  words: {
    saved: "Saved. The order system is notified from now on.",
    savedEmpty: "Saved. The order system is not notified.",
    rotated: "A new event secret is active. For 24 hours events are also signed with the old one.",
    test: "The test",
    retry: "The event",
  },
});
instanceEvents.route("/", routes);
