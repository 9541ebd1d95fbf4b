/**
 * Reads the body of Intuit's webhooks, of the older form (`eventNotifications`) and the newer one (a list of
 * CloudEvents), into one shape (docs/qbo-api.md, section 8). It only parses: what an event means is decided
 * elsewhere. An unreadable entry is skipped and counted, so that it does not affect the others.
 */
import { z } from "zod";

const MAX_EVENTS = 10_000;

export type Operation = "created" | "updated" | "deleted" | "merged" | "voided" | "emailed" | "other";

export interface IntuitEvent {
  realmId: string;
  /** Lower case: `invoice`, `customer`, `item`, `account`, `payment` … */
  entity: string;
  entityId: string;
  operation: Operation;
  /** ISO, as Intuit wrote it. */
  at: string;
  /** After a merge: the IDs that no longer exist; `entityId` is the surviving one. Otherwise empty. */
  deletedIds: string[];
}

const OPERATIONS: Record<string, Operation> = {
  create: "created",
  created: "created",
  update: "updated",
  updated: "updated",
  delete: "deleted",
  deleted: "deleted",
  merge: "merged",
  merged: "merged",
  void: "voided",
  voided: "voided",
  emailed: "emailed",
};

const isoTime = z.string().refine((text) => !Number.isNaN(Date.parse(text)));
/** One ID or several; Intuit's documentation shows one. Anything else is ignored. */
const deletedIds = z
  .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))])
  .nullish()
  .catch(null)
  .transform((given) =>
    [given ?? []]
      .flat()
      .map(String)
      .filter((id) => id !== ""),
  );
const legacyEntity = z.object({
  name: z.string().min(1),
  id: z.string().min(1),
  operation: z.string(),
  lastUpdated: isoTime,
  deletedId: deletedIds,
});
const legacyNotification = z.object({
  realmId: z.string().min(1),
  dataChangeEvent: z.object({ entities: z.array(z.unknown()) }),
});
const legacyBody = z.object({ eventNotifications: z.array(z.unknown()) });
const cloudEvent = z.object({
  type: z.string().regex(/^qbo\.[a-z0-9_-]+\.[a-z]+\.v\d+$/i),
  time: isoTime,
  intuitentityid: z.string().min(1),
  intuitaccountid: z.string().min(1),
  data: z.object({ deletedid: deletedIds }).catch({ deletedid: [] }),
});

/** Events of a body that was parsed from JSON; null if it has neither form. `unreadable` counts the skipped entries. */
export function readIntuitEvents(body: unknown): { events: IntuitEvent[]; unreadable: number } | null {
  const found = Array.isArray(body) ? body.map(readCloudEvent) : readLegacy(body);
  if (found === null) return null;
  const events = found.filter((event) => event !== null).slice(0, MAX_EVENTS);
  return { events, unreadable: found.length - events.length };
}

function readLegacy(body: unknown): (IntuitEvent | null)[] | null {
  const read = legacyBody.safeParse(body);
  if (!read.success) {
    const single = readCloudEvent(body);
    return single === null ? null : [single];
  }
  return read.data.eventNotifications.flatMap((entry) => {
    const notification = legacyNotification.safeParse(entry);
    if (!notification.success) return [null];
    const { realmId, dataChangeEvent } = notification.data;
    return dataChangeEvent.entities.map((one) => {
      const entity = legacyEntity.safeParse(one);
      if (!entity.success) return null;
      const { name, id, operation, lastUpdated, deletedId } = entity.data;
      return {
        realmId,
        entity: name.toLowerCase(),
        entityId: id,
        operation: operationOf(operation),
        at: lastUpdated,
        deletedIds: deletedId,
      };
    });
  });
}

function readCloudEvent(entry: unknown): IntuitEvent | null {
  const read = cloudEvent.safeParse(entry);
  if (!read.success) return null;
  const [, entity = "", verb = ""] = read.data.type.toLowerCase().split(".");
  return {
    realmId: read.data.intuitaccountid,
    entity,
    entityId: read.data.intuitentityid,
    operation: operationOf(verb),
    at: read.data.time,
    deletedIds: read.data.data.deletedid,
  };
}

function operationOf(verb: string): Operation {
  return OPERATIONS[verb.toLowerCase()] ?? "other";
}
