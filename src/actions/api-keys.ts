/**
 * Creates and revokes API keys. The key itself is returned once and is never logged.
 */
import { z } from "zod";
import type { ActionContext } from "../app-context.ts";
import { recordActivity } from "../people/activity.ts";
import { createApiKey, revokeApiKey } from "../people/api-keys.ts";
import { ROLE_NAMES } from "../people/roles.ts";
import { invalid, notFound, type Result } from "./result.ts";

const MAX_KEY_NAME_CHARACTERS = 100;

const DAY_MS = 86_400_000;

/** What a new key is created from; `end` is the last day, in UTC, on which it works. */
export const newApiKey = z.strictObject({
  name: z
    .string("Enter a name.")
    .trim()
    .min(1, "Enter a name, such as the program that will use the key.")
    .max(MAX_KEY_NAME_CHARACTERS, `A name has at most ${MAX_KEY_NAME_CHARACTERS} characters.`),
  role: z.enum(ROLE_NAMES, "Choose a role."),
  end: z.union([z.literal("").transform(() => null), z.iso.date("Enter a day, such as 2027-01-31.")], {
    error: "Enter a day, such as 2027-01-31.",
  }),
});

/** Creates a key of the person who asks; `key` is shown once. */
export async function issueApiKey(
  context: ActionContext,
  { name, role, end }: z.infer<typeof newApiKey>,
): Promise<Result<{ id: string; key: string }>> {
  const expiresAt = end === null ? null : new Date(Date.parse(end) + DAY_MS).toISOString();
  if (expiresAt !== null && expiresAt <= context.now.toISOString())
    return invalid([{ path: "end", message: "That day is over. Leave it empty for a key without an end." }]);
  const { id, key } = await createApiKey(context.db, { name, role, expiresAt, ownerId: context.actor.id }, context.now);
  const changes = [
    { field: "role", from: null, to: role },
    ...(end === null ? [] : [{ field: "end", from: null, to: end }]),
  ];
  await recordActivity(context.db, context.now, context.actor, {
    action: "api_key.created",
    subject: { kind: "api_key", id, name },
    changes,
  });
  return { ok: true, id, key };
}

/** Revokes a key immediately. */
export async function endApiKey(context: ActionContext, id: string): Promise<Result> {
  const name = await revokeApiKey(context.db, id, context.now);
  if (name === null) return notFound("API key");
  await recordActivity(context.db, context.now, context.actor, {
    action: "api_key.revoked",
    subject: { kind: "api_key", id, name },
  });
  return { ok: true };
}
