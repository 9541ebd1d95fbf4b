/**
 * Creates and revokes API keys. The key itself is returned once and is never logged.
 */
import { z } from "zod";
import type { ActionContext } from "../app-context.ts";
import { recordActivity } from "../people/activity.ts";
import { createApiKey, revokeApiKey } from "../people/api-keys.ts";
import { type Role, ROLE_NAMES } from "../people/roles.ts";
import { notFound, type Result } from "./result.ts";

const MAX_KEY_NAME_CHARACTERS = 100;

/** What a new key is created from. */
export const newApiKey = z.strictObject({
  name: z
    .string("Enter a name.")
    .trim()
    .min(1, "Enter a name, such as the program that will use the key.")
    .max(MAX_KEY_NAME_CHARACTERS, `A name has at most ${MAX_KEY_NAME_CHARACTERS} characters.`),
  role: z.enum(ROLE_NAMES, "Choose a role."),
});

/** Creates a key; `key` is shown once. */
export async function issueApiKey(
  context: ActionContext,
  input: { name: string; role: Role },
): Promise<Result<{ id: string; key: string }>> {
  const { id, key } = await createApiKey(context.db, input, context.now);
  const changes = [{ field: "role", from: null, to: input.role }];
  await recordActivity(context.db, context.now, context.actor, {
    action: "api_key.created",
    subject: { kind: "api_key", id, name: input.name },
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
