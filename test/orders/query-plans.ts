/** Shows how SQLite would run each statement of a store. */
import { env } from "cloudflare:workers";
import { type Db, openDb } from "../../src/platform/db.ts";

/** SQLite's plans of every statement that `run` sends. */
export async function plansOf(run: (client: Db) => Promise<unknown>): Promise<string[]> {
  const texts: { text: string; params: unknown[] }[] = [];
  const spy = new Proxy(env.DB, {
    get(target, name) {
      if (name !== "prepare") return Reflect.get(target, name, target) as unknown;
      return (text: string) => {
        const statement = target.prepare(text);
        return new Proxy(statement, {
          get(inner, key) {
            if (key !== "bind") return Reflect.get(inner, key, inner) as unknown;
            return (...params: unknown[]) => {
              texts.push({ text, params });
              return inner.bind(...params);
            };
          },
        });
      };
    },
  });
  await run(openDb(spy));
  const plans = await Promise.all(
    texts.map(({ text, params }) =>
      env.DB.prepare(`explain query plan ${text}`)
        .bind(...params)
        .all<{ detail: string }>(),
    ),
  );
  return plans.flatMap((plan) => plan.results.map((row) => row.detail));
}
