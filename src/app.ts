/**
 * The Hono app: middleware in the order in which it runs, then the mounts, then the handlers for faults. Routes live in
 * pages/ and api/; each of them names the right that it needs.
 */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { methodNotAllowed } from "hono/method-not-allowed";
import { api } from "./api/routes.ts";
import type { AppEnv } from "./app-context.ts";
import { isForPrograms } from "./app/areas.ts";
import { respondToFault, respondMethodNotAllowed, respondNotFound } from "./app/faults.ts";
import { respondHealth } from "./app/health.ts";
import { oneOrigin } from "./app/one-origin.ts";
import { ownForms } from "./app/own-forms.ts";
import { requestLog } from "./app/request-log.ts";
import { noStore, securityHeaders } from "./app/security-headers.ts";
import { keyHolder, signedInPerson } from "./app/who.ts";
import { readConfig } from "./env.ts";
import { receiveIntuitWebhook } from "./inbox/intuit-webhook.ts";
import { receiveOrderWebhook } from "./inbox/order-webhook.ts";
import { pages } from "./pages/routes.ts";
import { runtimeOf } from "./people/action-context.ts";
import { openToAll } from "./people/route-access.ts";
import { openDb } from "./platform/db.ts";
import { MAX_REQUEST_BYTES } from "./platform/limits.ts";
import { ProblemError } from "./platform/problem.ts";

export const app = new Hono<AppEnv>();

const smallBody = bodyLimit({
  maxSize: MAX_REQUEST_BYTES,
  onError: () => {
    throw new ProblemError({
      status: 413,
      title: "Too large",
      detail: `A request body has at most ${MAX_REQUEST_BYTES / 1024} KiB.`,
    });
  },
});

app.use(requestLog);
app.use(securityHeaders);
app.use(noStore);
app.use(methodNotAllowed({ app, onMethodNotAllowed: respondMethodNotAllowed }));
app.get("/healthz", openToAll("says only yes or no, and the version"), respondHealth);

app.use(async (c, next) => {
  c.set("person", null);
  c.set("sessionHash", null);
  c.set("confirmedAt", null);
  c.set("apiKey", null);
  c.set("now", new Date());
  c.set("db", openDb(c.env.DB));
  c.set("config", readConfig(c.env));
  await next();
});
app.use(oneOrigin);
app.use(async (c, next) => (isForPrograms(c) ? next() : signedInPerson(c, next)));
app.use("/api/v1/*", keyHolder);
// The order systems' webhook has a larger limit of its own.
app.use(async (c, next) => (c.req.path.startsWith("/webhooks/") ? next() : smallBody(c, next)));
app.use(ownForms);

app.post("/webhooks/instances/:instanceId", openToAll("checks the signature of the instance"), (c) =>
  receiveOrderWebhook(runtimeOf(c), c.req.raw, c.req.param("instanceId")),
);
app.post("/webhooks/intuit", openToAll("checks Intuit's signature"), (c) =>
  receiveIntuitWebhook(runtimeOf(c), c.req.raw),
);
app.route("/api", api);
app.route("/", pages);

app.notFound(respondNotFound);
app.onError(respondToFault);
