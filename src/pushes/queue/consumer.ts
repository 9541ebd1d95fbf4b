/**
 * The consumer of `invoice-push`: groups a batch by company and lets each company's run work by itself. One invocation
 * works for six companies at a time, within the platform's limits (invocation.ts); those whose turn does not come within
 * six seconds go back to the queue, to its end. Notices go out beside the companies, never before them: a receiver that
 * hangs must not keep invoices waiting.
 *
 * What hangs: a batch ends after 12 s, and `waitUntil` keeps what hangs alive for 30 s more; then Cloudflare cuts it off
 * (docs/decisions/0006-platform-limits.md). So a call gives up two seconds earlier, by itself: the gate has its permit
 * back at once, and the invoice is looked for after 45 s, not when its lease ends.
 */
import type { Env } from "../../env.ts";
import { deliverNotices } from "../../notifications/deliver.ts";
import { ringIfDue } from "../../notifications/ring.ts";
import { causeText, framesOf } from "../../platform/cause.ts";
import { openDb } from "../../platform/db.ts";
import { log } from "../../platform/log.ts";
import { pushFresh, runCompany } from "./run-company.ts";
import { passOn } from "./enqueue.ts";
import { Invocation, type Share } from "./invocation.ts";
import { endMessages } from "./message-end.ts";
import { pushMessage } from "./message.ts";
import { listRows } from "../store.ts";

/** A batch ends after this long. What hangs in QuickBooks goes on beside the next one, under its lease. */
const BATCH_MS = 12_000;
/** Cloudflare ends what was given to `waitUntil` 30 s after the batch; two are kept for writing down how it went. */
const CALLS_END_MS = BATCH_MS + 28_000;
/** Companies, and the notices as one of them: each has one of the six connections then, at least. */
const MAX_AT_WORK = 6;
/** No company's work begins later than this in a batch: a run takes about five seconds. */
const BEGIN_WITHIN_MS = 6_000;

interface Work {
  messages: Message[];
  invoiceIds: string[];
  isDue: boolean;
}

/** What those who work on a batch share. */
interface Batch {
  invocation: Invocation;
  /** epoch ms */
  startedAt: number;
  waitUntil: ((work: Promise<void>) => void) | undefined;
}

/** Handles one batch. Never throws. Notices and what hangs are handed to `waitUntil`; without it they are waited for. */
export async function consumePushes(
  messages: MessageBatch,
  env: Env,
  waitUntil?: (work: Promise<void>) => void,
): Promise<void> {
  const startedAt = Date.now();
  const callsEndAt = waitUntil ? startedAt + CALLS_END_MS : null;
  const batch = { invocation: new Invocation(env, { callsEndAt, now: () => Date.now() }), startedAt, waitUntil };
  const { companies, notices } = await group(messages, batch.invocation.env);
  const sending = notices.length > 0 ? sendNotices(batch.invocation) : Promise.resolve();
  endMessages(notices, "handed_over");
  waitUntil?.(sending);
  const passedOn = await workForAll(batch, companies, notices.length > 0 ? MAX_AT_WORK - 1 : MAX_AT_WORK);
  if (companies.size > 0) await ringIfDue(batch.invocation.env, new Date());
  if (!waitUntil) await sending;
  log("queue.batch", {
    messages: messages.messages.length,
    companies: companies.size,
    passedOn,
    statements: batch.invocation.statements,
    durationMs: Date.now() - startedAt,
  });
}

/** Works for `atOnce` companies at a time, as they came, as long as may be begun. Answers how many it passed on. */
async function workForAll(batch: Batch, companies: ReadonlyMap<string, Work>, atOnce: number): Promise<number> {
  const waiting = [...companies];
  const mayBegin = () => Date.now() < batch.startedAt + BEGIN_WITHIN_MS && batch.invocation.mayBegin();
  const workForNext = async (): Promise<void> => {
    while (mayBegin()) {
      const next = waiting.shift();
      if (!next) return;
      await workForOne(batch, ...next);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, workForNext));
  await passTheOthersOn(
    batch.invocation.env,
    waiting.map(([, work]) => work),
  );
  return waiting.length;
}

/** Puts the messages at the end of the queue, each once: `retry` would count them as failed. */
async function passTheOthersOn(env: Env, works: readonly Work[]): Promise<void> {
  const messages = works.flatMap((work) => work.messages);
  if (messages.length === 0) return;
  const bodies = new Map(messages.map(({ body }) => [JSON.stringify(body), body]));
  endMessages(messages, (await passOn(env, [...bodies.values()])) ? "passed_on" : "not_passed_on");
}

/**
 * Works for one company. One that takes too long is left to go on by itself, so that the next batch, which may be for
 * others, need not wait for it: its messages are no longer needed then, since D1 and the company's alarm know the rest.
 */
async function workForOne(
  { invocation, startedAt, waitUntil }: Batch,
  connectionId: string,
  work: Work,
): Promise<void> {
  const running = runWork(connectionId, work, invocation.join());
  const end = waitUntil ? await endOf(running, startedAt + BATCH_MS - Date.now()) : await running;
  if (end === "goes_on") {
    log("queue.company_late", { connectionId });
    waitUntil?.(running.then(() => undefined));
  }
  endMessages(work.messages, end);
}

/** Never rejects. */
async function runWork(connectionId: string, work: Work, share: Share): Promise<"done" | "failed"> {
  try {
    if (work.invoiceIds.length > 0) await pushFresh(share, connectionId, work.invoiceIds);
    if (work.isDue) await runCompany(share, connectionId);
    return "done";
  } catch (cause) {
    log("queue.company_failed", { connectionId, cause: causeText(cause), frames: framesOf(cause) });
    return "failed";
  } finally {
    share.end();
  }
}

async function endOf<T>(running: Promise<T>, limitMs: number): Promise<T | "goes_on"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"goes_on">((resolve) => {
    timer = setTimeout(() => resolve("goes_on"), limitMs);
  });
  const end = await Promise.race([running, late]);
  clearTimeout(timer);
  return end;
}

/** One that fails here is found by the cron: the message is acknowledged already. */
async function sendNotices(invocation: Invocation): Promise<void> {
  const share = invocation.join();
  try {
    await deliverNotices(invocation.env, undefined, (work) => share.run(work));
  } catch (cause) {
    log("queue.notices_failed", { cause: causeText(cause) });
  } finally {
    share.end();
  }
}

async function group(batch: MessageBatch, env: Env): Promise<{ companies: Map<string, Work>; notices: Message[] }> {
  const companies = new Map<string, Work>();
  const notices: Message[] = [];
  const byInvoice = new Map<string, Message[]>();
  const workOf = (connectionId: string): Work => {
    const work = companies.get(connectionId) ?? { messages: [], invoiceIds: [], isDue: false };
    companies.set(connectionId, work);
    return work;
  };
  for (const message of batch.messages) {
    const parsed = pushMessage.safeParse(message.body);
    if (!parsed.success) {
      log("queue.unreadable", { messageId: message.id });
      endMessages([message], "unreadable");
    } else if (parsed.data.kind === "notices") {
      notices.push(message);
    } else if (parsed.data.kind === "due") {
      const work = workOf(parsed.data.connectionId);
      work.messages.push(message);
      work.isDue = true;
    } else {
      byInvoice.set(parsed.data.invoiceId, [...(byInvoice.get(parsed.data.invoiceId) ?? []), message]);
    }
  }
  await addInvoices(env, byInvoice, workOf);
  return { companies, notices };
}

/** Finds the companies of the invoices; one whose row is gone, settled or without a company needs nothing more. */
async function addInvoices(
  env: Env,
  byInvoice: Map<string, Message[]>,
  workOf: (connectionId: string) => Work,
): Promise<void> {
  try {
    const rows = new Map((await listRows(openDb(env.DB), [...byInvoice.keys()])).map((row) => [row.id, row]));
    for (const [id, messages] of byInvoice) {
      const connectionId = rows.get(id)?.connectionId;
      if (!connectionId) {
        endMessages(messages, "nothing_to_do");
        continue;
      }
      const work = workOf(connectionId);
      work.messages.push(...messages);
      work.invoiceIds.push(id);
    }
  } catch (cause) {
    log("queue.rows_unreadable", { cause: causeText(cause) });
    for (const messages of byInvoice.values()) endMessages(messages, "failed");
  }
}
