/** Which ends of a message acknowledge it: all that are written down somewhere; only a crash is repeated. */
import { expect, test } from "vitest";
import { type MessageEnd, endMessages } from "../../src/pushes/queue/message-end.ts";

const ENDS: Record<MessageEnd, "ack" | "retry"> = {
  done: "ack",
  goes_on: "ack",
  nothing_to_do: "ack",
  handed_over: "ack",
  unreadable: "ack",
  passed_on: "ack",
  woken_again: "ack",
  not_passed_on: "retry",
  failed: "retry",
};

test.each(Object.entries(ENDS))("%s: %s", (end, expected) => {
  const calls: string[] = [];
  const message = { ack: () => calls.push("ack"), retry: () => calls.push("retry") } as unknown as Message;
  endMessages([message, message], end as MessageEnd);
  expect(calls).toEqual([expected, expected]);
});
