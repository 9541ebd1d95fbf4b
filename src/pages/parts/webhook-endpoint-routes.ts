/**
 * The routes of an address that we notify: saving it, showing and rotating its secret, testing it, retrying a message.
 * Alerts and an order system's events share them; they differ in path, target and words. A secret is shown only in the
 * response to the form that asked for it.
 */
import { type Context, Hono } from "hono";
import { revealAlertSecret, rotateAlertSecret } from "../../actions/alert-secret.ts";
import { retryAlert, sendTestNotice } from "../../actions/alert-send.ts";
import { saveAlertSettings } from "../../actions/alert-settings.ts";
import type { AlertTarget } from "../../actions/alert-target.ts";
import type { AppEnv } from "../../app-context.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs } from "../../people/route-access.ts";
import { type Flash, redirectWith } from "./flash.ts";
import { byField, type FieldErrors, readForm } from "./form.ts";
import { tryFlash } from "./notice-view.tsx";
import { backWith, type RefusalStatus, statusOf } from "./refusal.ts";
import type { EndpointValues } from "./webhook-endpoint.tsx";

/** What only this response shows of an endpoint. */
export interface EndpointShown {
  values?: EndpointValues;
  errors?: FieldErrors;
  /** Only if somebody asked to see it. */
  secret?: string;
  notice?: Flash;
}

export interface EndpointRoutes {
  /** The routes' base path, with its parameters. */
  base: string;
  /** The names of the events that it can be notified of. */
  events: readonly string[];
  /** The target of the request, and the page that has the forms. Throws if there is no such target. */
  subject: (c: Context<AppEnv>) => Promise<{ target: AlertTarget; page: string }>;
  /** Responds with that page. */
  show: (c: Context<AppEnv>, shown: EndpointShown, status?: RefusalStatus) => Promise<Response>;
  words: {
    saved: string;
    /** After saving without an address. */
    savedEmpty: string;
    rotated: string;
    /** What a test and a retry are called at the beginning of a sentence. */
    test: string;
    retry: string;
  };
}

export function endpointRoutes({ base, events, subject, show, words }: EndpointRoutes): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.post(base, needs("configure", "recent"), async (c) => {
    const { target, page } = await subject(c);
    const { values } = await readForm(c);
    const given = { address: values["address"] ?? "", events: events.filter((event) => values[event] === "true") };
    const saved = await saveAlertSettings(actionContextOf(c), target, given);
    if (!saved.ok) return show(c, { values: given, errors: byField(saved.errors) }, statusOf(saved));
    return redirectWith(c, page, {
      tone: "good",
      text: given.address.trim() === "" ? words.savedEmpty : words.saved,
    });
  });

  routes.post(`${base}/reveal-secret`, needs("configure", "recent"), async (c) => {
    const { target, page } = await subject(c);
    const revealed = await revealAlertSecret(actionContextOf(c), target);
    return revealed.ok ? show(c, { secret: revealed.secret }) : backWith(c, page, revealed);
  });

  routes.post(`${base}/rotate-secret`, needs("configure", "recent"), async (c) => {
    const { target, page } = await subject(c);
    const rotated = await rotateAlertSecret(actionContextOf(c), target);
    if (!rotated.ok) return backWith(c, page, rotated);
    return show(c, { secret: rotated.secret, notice: { tone: "good", text: words.rotated } });
  });

  routes.post(`${base}/test`, needs("configure"), async (c) => {
    const { target, page } = await subject(c);
    const sent = await sendTestNotice(actionContextOf(c), target);
    return sent.ok ? redirectWith(c, page, tryFlash(sent.result, words.test)) : backWith(c, page, sent);
  });

  routes.post(`${base}/notices/:notice/retry`, needs("configure"), async (c) => {
    const { target, page } = await subject(c);
    const tried = await retryAlert(actionContextOf(c), target, c.req.param("notice") ?? "");
    return tried.ok ? redirectWith(c, page, tryFlash(tried.result, words.retry)) : backWith(c, page, tried);
  });

  return routes;
}
