/**
 * What is done on an instance's page about the events that its order system is told. The page itself is instance-page.tsx;
 * a form that was refused, or that asked for the secret, is answered with it.
 */
import { Hono } from "hono";
import { revealAlertSecret, rotateAlertSecret } from "../../actions/alert-secret.ts";
import { retryAlert, sendTestNotice } from "../../actions/alert-send.ts";
import { saveAlertSettings } from "../../actions/alert-settings.ts";
import type { AppEnv } from "../../app-context.ts";
import { INVOICE_EVENTS } from "../../notifications/event.ts";
import { listNotices } from "../../notifications/store.ts";
import { actOf } from "../../people/act.ts";
import { needs, may } from "../../people/route-access.ts";
import { answerFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { redirectWith } from "../parts/flash.ts";
import { byField, readForm } from "../parts/form.ts";
import { EventLog, eventsBase } from "./instance-events-view.tsx";
import { showInstance, subject } from "./instance-page.tsx";
import { redirectTo } from "../parts/local-redirect.ts";
import { NOTICE_ROWS, tryFlash } from "../parts/notice-view.tsx";
import { backWith, statusOf } from "../parts/refusal.ts";

const HERE = "/settings/instances/:id/events";

export const instanceEvents = new Hono<AppEnv>();

const pageOf = (id: string) => `/settings/instances/${id}#events`;

instanceEvents.get(HERE, needs("read"), async (c) => {
  const instance = await subject(c);
  if (!isFragmentRequest(c)) return redirectTo(c, pageOf(instance.id));
  const notices = await listNotices(c.get("db"), instance.id, NOTICE_ROWS);
  return answerFragment(
    c,
    c.get("nonce"),
    <EventLog base={eventsBase(instance.id)} notices={notices} mayConfigure={may(c, "configure")} now={c.get("now")} />,
  );
});

instanceEvents.post(HERE, needs("configure"), async (c) => {
  const instance = await subject(c);
  const { values } = await readForm(c);
  const given = {
    address: values["address"] ?? "",
    events: INVOICE_EVENTS.filter((event) => values[event] === "true"),
  };
  const saved = await saveAlertSettings(actOf(c), instance.id, given);
  if (!saved.ok)
    return showInstance(c, instance, { events: { values: given, errors: byField(saved.errors) } }, statusOf(saved));
  return redirectWith(c, pageOf(instance.id), {
    tone: "good",
    text:
      given.address.trim() === ""
        ? "Saved. The order system is told nothing."
        : "Saved. The order system is told from now on.",
  });
});

instanceEvents.post(`${HERE}/reveal-secret`, needs("configure"), async (c) => {
  const instance = await subject(c);
  const revealed = await revealAlertSecret(actOf(c), instance.id);
  return revealed.ok
    ? showInstance(c, instance, { events: { secret: revealed.secret } })
    : backWith(c, pageOf(instance.id), revealed);
});

instanceEvents.post(`${HERE}/rotate-secret`, needs("configure"), async (c) => {
  const instance = await subject(c);
  const rotated = await rotateAlertSecret(actOf(c), instance.id);
  if (!rotated.ok) return backWith(c, pageOf(instance.id), rotated);
  const notice = {
    tone: "good",
    text: "A new event secret is in force. For 24 hours events are signed with the old one too.",
  } as const;
  return showInstance(c, instance, { events: { secret: rotated.secret }, notice });
});

instanceEvents.post(`${HERE}/test`, needs("configure"), async (c) => {
  const path = pageOf(c.req.param("id"));
  const sent = await sendTestNotice(actOf(c), c.req.param("id"));
  return sent.ok ? redirectWith(c, path, tryFlash(sent.result, "The test")) : backWith(c, path, sent);
});

instanceEvents.post(`${HERE}/notices/:notice/retry`, needs("configure"), async (c) => {
  const path = pageOf(c.req.param("id"));
  const tried = await retryAlert(actOf(c), c.req.param("id"), c.req.param("notice"));
  return tried.ok ? redirectWith(c, path, tryFlash(tried.result, "The event")) : backWith(c, path, tried);
});
