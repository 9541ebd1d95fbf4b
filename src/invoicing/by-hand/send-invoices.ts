/**
 * 'Send to QuickBooks', by a person or the API: queues whatever may be queued and returns a result for each invoice.
 * Sending something twice changes nothing; invoices under way or already sent are left alone.
 */
import { findConnection } from "../../connections/store.ts";
import type { Connection } from "../../connections/connection.ts";
import type { Env } from "../../env.ts";
import { listInstances } from "../../instances/store.ts";
import { type InvoiceRow, listInvoicesById } from "../invoice-row.ts";
import { isPushOfAny } from "../../pushes/document-row.ts";
import { move } from "../../pushes/ledger.ts";
import type { Db } from "../../platform/db.ts";
import { manualAdmission } from "../../pushes/admission.ts";
import { armFor, enqueue } from "../../pushes/queue/enqueue.ts";
import { notSendable } from "../../failures/own-errors.ts";
import { type PublicError, type PushError, errorText, happened, publicError } from "../../failures/push-error.ts";

export interface SendResult {
  invoice_id: string;
  status: "queued" | "already_sent" | "not_found" | "refused";
  error: PublicError | null;
}

interface Write {
  row: InvoiceRow;
  state: "queued" | "held";
  error: PushError | null;
  connectionId: string;
}

interface Plan {
  result: SendResult;
  write: Write | null;
}

/** A result for each ID, in order. */
export async function sendInvoices(env: Env, db: Db, ids: readonly string[], now: Date): Promise<SendResult[]> {
  const rows = new Map((await listInvoicesById(db, ids)).map((row) => [row.id, row]));
  const instances = new Map(
    (await listInstances(db, { includeRemoved: true })).map((instance) => [instance.id, instance]),
  );
  const connections = new Map<string, Connection | null>();
  const plans: Plan[] = [];
  for (const id of ids) {
    const row = rows.get(id);
    const instance = row && instances.get(row.instanceId);
    if (!row || !instance) {
      plans.push({ result: { invoice_id: id, status: "not_found", error: null }, write: null });
      continue;
    }
    const connectionId =
      row.operation === "create" && row.unansweredCount === 0 ? instance.connectionId : row.connectionId;
    if (connectionId && !connections.has(connectionId))
      connections.set(connectionId, await findConnection(db, connectionId));
    plans.push(
      planOf(
        row,
        manualAdmission(connectionId ? (connections.get(connectionId) ?? null) : null, instance),
        connectionId,
        now,
      ),
    );
  }
  await carryOut(env, db, plans, now);
  return plans.map((plan) => plan.result);
}

function planOf(
  row: InvoiceRow,
  admission: ReturnType<typeof manualAdmission>,
  connectionId: string | null,
  now: Date,
): Plan {
  const result = (status: SendResult["status"], error: PushError | null = null): SendResult => ({
    invoice_id: row.id,
    status,
    error: error && publicError(happened(error, now)),
  });
  switch (row.state) {
    case "sent":
      return { result: result("already_sent"), write: null };
    case "unknown":
    case "voided":
      return { result: result("refused", notSendable(row)), write: null };
    case "sending":
      return { result: result("queued"), write: null };
    case "held":
      return { result: result("queued"), write: null };
    case "queued":
    case "not_sent":
    case "failed":
      if (admission.state === "refused") return { result: result("refused", admission.error), write: null };
      return {
        result: result("queued"),
        write: { row, state: admission.state, error: admission.error, connectionId: connectionId ?? "" },
      };
  }
}

async function carryOut(env: Env, db: Db, plans: readonly Plan[], now: Date): Promise<void> {
  const writes = plans.flatMap((plan) => plan.write ?? []);
  if (writes.length === 0) return;
  await armFor(
    env,
    writes.map((write) => write.connectionId),
    now,
  );
  for (const group of groupsOf(writes)) await writeGroup(db, group, now);
  await enqueue(
    env,
    writes.filter((write) => write.state === "queued").map((write) => write.row.id),
  );
}

/** One statement for all invoices treated alike: a call with 1,000 IDs stays far below D1's 1,000 statements. */
function groupsOf(writes: readonly Write[]): Write[][] {
  const groups = new Map<string, Write[]>();
  for (const write of writes) {
    const key = JSON.stringify([write.state, write.connectionId, write.error?.message ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), write]);
  }
  return [...groups.values()];
}

async function writeGroup(db: Db, group: readonly Write[], now: Date): Promise<void> {
  const [first] = group;
  if (!first) return;
  const at = now.toISOString();
  await move(
    db,
    {
      from: ["queued", "not_sent", "failed"],
      to: first.state,
      set: {
        connectionId: first.connectionId,
        dueAt: first.state === "queued" ? at : null,
        // The error of the last try stays until the next one; a held invoice says what it waits for.
        ...(first.error ? { error: errorText(first.error, now) } : {}),
        openClaims: 0,
        retryCount: 0,
        requestedAt: at,
      },
      where: isPushOfAny(
        "invoice",
        group.map((write) => write.row.id),
      ),
    },
    now,
  );
}
