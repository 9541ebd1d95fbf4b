/**
 * The consumer of `invoice-push`: groups a batch by company and runs each company independently. One invocation works for
 * six companies at a time, within the platform's limits (invocation.ts); companies whose turn does not come within six
 * seconds go back to the end of the queue. Notices are sent in parallel, never before the companies: a receiver that
 * hangs must not delay documents.
 *
 * Calls that hang: a batch ends after 12 s, and `waitUntil` keeps hanging work alive for 30 s more; then Cloudflare cuts
 * it off (docs/decisions/0006-platform-limits.md). So a call gives up two seconds earlier: the gate gets its permit back
 * immediately, and the document is looked up after 45 s, not when its lease ends.
 */
import type { Env } from "../../env.ts";
import { deliverNotifications } from "../../notifications/deliver.ts";
import { wakeIfDue } from "../../notifications/wake.ts";
import { causeText, framesOf } from "../../platform/cause.ts";
import { openDb } from "../../platform/db.ts";
import { log } from "../../platform/log.ts";
import { pushFresh, runCompany } from "./run-company.ts";
import { passOn } from "./enqueue.ts";
import { Invocation, type Share } from "./invocation.ts";
import { endMessages } from "./message-end.ts";
import { pushMessage } from "./message.ts";
import { listCompaniesOf } from "../due.ts";

/** A batch ends after this long. Calls that hang in QuickBooks continue beside the next batch, under their lease. */
const BATCH_MS = 12_000;
/** Cloudflare ends `waitUntil` work 30 s after the batch; two seconds are kept for recording the outcome. */
const CALLS_END_MS = BATCH_MS + 28_000;
/** Companies, with the notices counted as one: each then has at least one of the six connections. */
const MAX_AT_WORK = 6;
/** No company's run begins later than this in a batch: a run takes about five seconds. */
const BEGIN_WITHIN_MS = 6_000;

interface Work {
  messages: Message[];
  documentIds: string[];
  isDue: boolean;
}

/** What all work on a batch shares. */
interface Batch {
  invocation: Invocation;
  /** epoch ms */
  startedAt: number;
  waitUntil: ((work: Promise<void>) => void) | undefined;
}

/** Handles one batch. Never throws. Notices and hanging calls are handed to `waitUntil`; without it they are awaited. */
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
  const passedOn = await runAll(batch, companies, notices.length > 0 ? MAX_AT_WORK - 1 : MAX_AT_WORK);
  if (companies.size > 0) await wakeIfDue(batch.invocation.env, new Date());
  if (!waitUntil) await sending;
  log("queue.batch", {
    messages: messages.messages.length,
    companies: companies.size,
    passedOn,
    statements: batch.invocation.statements,
    durationMs: Date.now() - startedAt,
  });
}

/** Runs `atOnce` companies at a time, in the order of arrival, while new ones may begin. Returns how many it passed on. */
async function runAll(batch: Batch, companies: ReadonlyMap<string, Work>, atOnce: number): Promise<number> {
  const waiting = [...companies];
  const mayBegin = () => Date.now() < batch.startedAt + BEGIN_WITHIN_MS && batch.invocation.mayBegin();
  const runNext = async (): Promise<void> => {
    while (mayBegin()) {
      const next = waiting.shift();
      if (!next) return;
      await runOne(batch, ...next);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, runNext));
  await passOthersOn(
    batch.invocation.env,
    waiting.map(([, work]) => work),
  );
  return waiting.length;
}

/** Puts each message at the end of the queue once: `retry` would count it as failed. */
async function passOthersOn(env: Env, works: readonly Work[]): Promise<void> {
  const messages = works.flatMap((work) => work.messages);
  if (messages.length === 0) return;
  const bodies = new Map(messages.map(({ body }) => [JSON.stringify(body), body]));
  endMessages(messages, (await passOn(env, [...bodies.values()])) ? "passed_on" : "not_passed_on");
}

/**
 * Runs one company. A run that takes too long continues in the background, so the next batch, which may be for other
 * companies, need not wait for it. Its messages are no longer needed, because D1 and the company's alarm know the rest.
 */
async function runOne({ invocation, startedAt, waitUntil }: Batch, connectionId: string, work: Work): Promise<void> {
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
    if (work.documentIds.length > 0) await pushFresh(share, connectionId, work.documentIds);
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

/** If this fails, the cron sends the notices: their messages are acknowledged already. */
async function sendNotices(invocation: Invocation): Promise<void> {
  const share = invocation.join();
  try {
    await deliverNotifications(invocation.env, undefined, (work) => share.run(work));
  } catch (cause) {
    log("queue.notices_failed", { cause: causeText(cause) });
  } finally {
    share.end();
  }
}

async function group(batch: MessageBatch, env: Env): Promise<{ companies: Map<string, Work>; notices: Message[] }> {
  const companies = new Map<string, Work>();
  const notices: Message[] = [];
  const byDocument = new Map<string, Message[]>();
  const workOf = (connectionId: string): Work => {
    const work = companies.get(connectionId) ?? { messages: [], documentIds: [], isDue: false };
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
      byDocument.set(parsed.data.id, [...(byDocument.get(parsed.data.id) ?? []), message]);
    }
  }
  await addDocuments(env, byDocument, workOf);
  return { companies, notices };
}

/** Finds the companies of the documents; one without a row or a company needs nothing more. */
async function addDocuments(
  env: Env,
  byDocument: Map<string, Message[]>,
  workOf: (connectionId: string) => Work,
): Promise<void> {
  try {
    const rows = new Map((await listCompaniesOf(openDb(env.DB), [...byDocument.keys()])).map((row) => [row.id, row]));
    for (const [id, messages] of byDocument) {
      const connectionId = rows.get(id)?.connectionId;
      if (!connectionId) {
        endMessages(messages, "nothing_to_do");
        continue;
      }
      const work = workOf(connectionId);
      work.messages.push(...messages);
      work.documentIds.push(id);
    }
  } catch (cause) {
    log("queue.rows_unreadable", { cause: causeText(cause) });
    for (const messages of byDocument.values()) endMessages(messages, "failed");
  }
}
