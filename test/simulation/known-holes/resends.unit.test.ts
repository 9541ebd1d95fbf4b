/**
 * What a resend brings back, and what an update meets: nothing that QuickBooks took is put back as if it had never gone out,
 * and nothing that it has is linked to something else there.
 */
import { expect, test, vi } from "vitest";
import { linkInvoice } from "../../../src/pushes/by-hand/mend.ts";
import { voidByHand } from "../people.ts";
import {
  CONTENT,
  FORGETFUL,
  OTHER,
  copies,
  endsWell,
  firstInBooks,
  firstRow,
  inWorld,
  interceptFetch,
  newInvoice,
  posts,
  trouble,
  untilSent,
} from "./stage.ts";
import type { World } from "../world.ts";

vi.mock("cloudflare:workers", () => import("../workers-double.ts"));

/** The read that follows a resend is throttled, once. */
function throttleReadBack(world: World): void {
  let isDone = false;
  interceptFetch(world, ({ method, url }) => {
    if (isDone || method !== "GET" || !/\/invoice\/\d+$/.test(url.pathname)) return null;
    isDone = true;
    return new Response("", { status: 429 });
  });
}

test("a resend that was taken is not sent again because it can't be read back", async () => {
  await inWorld(FORGETFUL, async (world) => {
    world.network.troubles.push(trouble("request_lost"));
    throttleReadBack(world);
    await newInvoice(world);
    await world.advance(900_000);
    expect(copies(world)).toBe(1);
    expect(await firstRow(world)).toMatchObject({ state: "sent", qboInvoiceId: firstInBooks(world).Id });
    await endsWell(world);
  });
});

test("a void that is asked for meanwhile reaches QuickBooks", async () => {
  await inWorld({}, async (world) => {
    world.network.troubles.push(trouble("request_lost"));
    throttleReadBack(world);
    await newInvoice(world);
    await untilSent(world, 1);
    await world.advance(155_000);
    expect(posts(world)).toHaveLength(2);
    await world.start(voidByHand(world, (await firstRow(world)).id));
    await world.advance(900_000);
    expect(await firstRow(world)).toMatchObject({ state: "voided" });
    expect(firstInBooks(world).totalCents).toBe(0);
  });
});

test("an invoice that QuickBooks has is never linked to the one that holds its new number", async () => {
  await inWorld({ hasUniqueNumbers: true }, async (world) => {
    await newInvoice(world);
    await world.advance(20_000);
    const ours = firstInBooks(world).Id;
    world.books[0]?.addForeignInvoice("INV-new", 4200, "1", world.time.now);
    const [told] = world.orders.told;
    if (!told) throw new Error("no invoice was told of");
    const delivery = world.orders.edit(told, OTHER);
    const body = JSON.parse(delivery.body) as { data: { number: string } };
    body.data.number = "INV-new";
    delivery.body = JSON.stringify(body);
    await world.start(world.deliver(delivery));
    await world.advance(20_000);
    const row = await firstRow(world);
    expect(row).toMatchObject({ operation: "update", state: "failed", qboInvoiceId: ours });
    const mending = { env: world.env, config: world.config, db: world.db, now: new Date() };
    const linked = world.spawn("link", () => linkInvoice(mending, row));
    await world.complete(linked);
    expect(await linked).toMatchObject({ ok: false });
    expect(await firstRow(world)).toMatchObject({ qboInvoiceId: ours });
  });
});

test("one customer for all orders: a busy time does not keep an unanswered invoice from being found out", async () => {
  await inWorld(FORGETFUL, async (world) => {
    world.network.troubles.push(trouble("request_lost"));
    await newInvoice(world, CONTENT);
    await untilSent(world, 1);
    const customer = [...(world.books[0]?.customers.keys() ?? [])][0] ?? "";
    for (let i = 0; i < 2_500; i += 1) world.books[0]?.addForeignInvoice(`F-${i}`, 100, customer, world.time.now + i);
    await world.advance(400_000);
    expect(await firstRow(world)).toMatchObject({ state: "sent" });
    expect(copies(world)).toBe(1);
  });
});
