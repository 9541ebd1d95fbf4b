/**
 * Setup file of the `unit` project. Thousands of stories are thousands of statements built by drizzle, which asks of every
 * piece again and again what it is. Here it remembers the answer by class, which takes a fifth off a story; nothing else
 * about it changes. It has to come before anything that imports drizzle.
 */
import { registerHooks } from "node:module";

const ANSWERED_BY_CLASS = `
const remembered = new Map();
export function is(value, type) {
  if (!value || typeof value !== "object") return false;
  const made = Object.getPrototypeOf(value)?.constructor;
  let answers = remembered.get(type);
  if (answers === undefined) remembered.set(type, (answers = new Map()));
  let answer = answers.get(made);
  if (answer === undefined) answers.set(made, (answer = slowly(value, type)));
  return answer;
}
export { entityKind, hasOwnEntityKind };
`;

/** Files that share a worker share its modules, and so its hook. */
const worker = globalThis as typeof globalThis & { isDrizzleQuick?: boolean };
if (!worker.isDrizzleQuick) {
  worker.isDrizzleQuick = true;
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith("/drizzle-orm/entity.js")) return loaded;
      const { source } = loaded;
      const text = typeof source === "string" ? source : new TextDecoder().decode(source);
      // Another hook of this process was there before.
      if (text.includes("function slowly(")) return loaded;
      const body = text.slice(0, text.indexOf("export {")).replace("function is(", "function slowly(");
      return { ...loaded, source: `${body}${ANSWERED_BY_CLASS}` };
    },
  });
}
