/**
 * Reads and checks the JSON body of a control call; errors name their paths, so the test can be fixed. It is for the
 * control API only: QuickBooks' own calls are judged by QuickBooks' rules.
 */
import type { Context } from "hono";
import type { z } from "zod";
import type { Env } from "../env.ts";

export type ReadBody<Output> = { ok: true; data: Output } | { ok: false; response: Response };

/** An empty body counts as `{}`. */
export async function readBody<Schema extends z.ZodType>(
  c: Context<{ Bindings: Env }>,
  schema: Schema,
): Promise<ReadBody<z.infer<Schema>>> {
  const text = await c.req.text();
  let value: unknown;
  try {
    value = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    return { ok: false, response: c.json({ error: "The body is not JSON" }, 400) };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, data: parsed.data };
  const errors = parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  return { ok: false, response: c.json({ error: "The body breaks a rule", errors }, 422) };
}
