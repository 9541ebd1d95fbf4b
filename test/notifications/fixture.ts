/**
 * The common part of the tests of notifications: a receiver behind a stubbed `fetch` that verifies with the `standardwebhooks`
 * package, a clock that tests move, and a queue that is a list.
 */
import { Webhook } from "standardwebhooks";
import { type Mock, vi } from "vitest";
import { type EndpointSettings, findEndpoint, saveEndpoint } from "../../src/notifications/endpoints.ts";
import { alerts, freshFailures, notificationEndpoints, notifications } from "../../src/notifications/schema.ts";
import { openSecret } from "../../src/notifications/secrets.ts";
import { runBatch } from "../../src/platform/db.ts";
import { act, db, emptyTables, now } from "../api/fixture.ts";

export const HOOK = "https://hooks.example.com/bookbridge";

export interface Received {
  id: string;
  at: number;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
}

/** What the receiver does with a delivery: a status, or an error instead of a response. */
export type Behaviour = () => Response | Promise<Response>;

export async function emptyAll(): Promise<void> {
  await emptyTables();
  await runBatch(
    db,
    [notificationEndpoints, notifications, alerts, freshFailures].map((table) => db.delete(table)),
  );
}

export async function listenAt(
  id: string,
  events: EndpointSettings["events"],
  url: string | null = HOOK,
): Promise<void> {
  await saveEndpoint(db, act.config.keys, { id, url, events }, now);
}

export async function secretOf(id: string): Promise<string> {
  const endpoint = await findEndpoint(db, id);
  if (!endpoint) throw new Error(`no endpoint ${id}`);
  return openSecret(act.config.keys, endpoint);
}

/** Takes the receiver's place: keeps what it verified with `secret`, responds as `behaviour` says. */
export function receive(
  secret: string,
  behaviour: Behaviour = () => new Response(null, { status: 204 }),
): { received: Received[]; fetch: Mock<typeof fetch>; behave: (next: Behaviour) => void } {
  const received: Received[] = [];
  let current = behaviour;
  const stub = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    const body = await request.text();
    const headers = Object.fromEntries(request.headers);
    // The package compares with its own clock, which tests move along.
    new Webhook(secret).verify(body, headers);
    received.push({
      id: headers["webhook-id"] ?? "",
      at: Number(headers["webhook-timestamp"]),
      body: JSON.parse(body) as Received["body"],
    });
    return current();
  });
  return { received, fetch: stub, behave: (next) => void (current = next) };
}

/** A clock that starts at the fixture's time. Also what `Date` says, for the package that verifies. */
export function clock(): { now: () => Date; pass: (ms: number) => void } {
  let time = now.getTime();
  vi.useFakeTimers({ toFake: ["Date"], now: time });
  return {
    now: () => new Date(time),
    pass: (ms) => {
      time += ms;
      vi.setSystemTime(time);
    },
  };
}
