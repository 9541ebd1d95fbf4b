/**
 * The switch of the mutations: which rule of exactly once is disabled now. The behaviour without it is in
 * broken-rules.ts, broken-waiting.ts, broken-calls.ts and broken-gate.ts. Tests only; the product has no such switch.
 */

export type Break =
  | "concurrent deliveries are told apart"
  | "202 only after the commit"
  | "a lease is respected"
  | "the fence guards renewing and freezing"
  | "the fence guards settling"
  | "what went out and lost its worker is unknown"
  | "a retry keeps its request ID"
  | "an update has a request ID of its own"
  | "other bytes after a refusal have a new request ID"
  | "every invoice carries our mark"
  | "no answer means unknown"
  | "150 s before a resend"
  | "a failed look-up says nothing"
  | "only our mark adopts"
  | "customers are looked up again"
  | "items are looked up again"
  | "exhausted claims are parked"
  | "alarms are set before the write"
  | "an alarm is never moved behind what was armed"
  | "a late report puts nothing off"
  | "nothing goes out long after its freeze"
  | "a refused resend says nothing of the first send"
  | "a look is judged by when it was asked"
  | "the last look is a new one"
  | "a deferred resend is the same bytes"
  | "numbers change: it is looked for by customer, too"
  | "another total or customer is a warning"
  | "an update is known by its revision"
  | "our own mark adopts at a duplicate number"
  | "only what is free can be linked"
  | "accounts are looked up again"
  | "a deferral is an outcome"
  | "events of an open create are kept"
  | "a read that fails keeps the event"
  | "what a resend brings back is read"
  | "the alarm stands at the smallest armed time"
  | "a refused token ends the try: its repeat is a new freeze"
  | "a refusal that Intuit remembers under its request ID does not last for ever"
  | "a database that was set back to before the send"
  | "an invoice that QuickBooks numbered itself is found all the same"
  | "two new buyers of one name never share a customer"
  | "a resend that was taken is not sent again because it can't be read back"
  | "a void that is asked for meanwhile reaches QuickBooks"
  | "an invoice that QuickBooks has is never linked to the one that holds its new number"
  | "one customer for all orders: a busy time does not keep an unanswered invoice from being found out"
  | "one number that can't be looked up keeps no other waiting, and ends with a way out"
  | "what waits for an instance that is removed can be sent"
  | "whatever is thrown before the send is a deferral"
  | "two companies with 90 due each: no invocation passes 1,000 queries, and no claim is lost"
  | "dead letters wake their companies again"
  | "the alarm stays at the smallest time that is still ahead"
  | "calls that hung together open the circuit once"
  | "a record whose letters got lost with its answer is corrected, not created again"
  | "a record that QuickBooks has with other letters is given those that it keeps"
  | "an invoice that QuickBooks has with other letters is sent again"
  | "refused letters go again as others under a new request ID";

/** The rule that is disabled now. */
let broken: Break | null = null;

export function breakRule(rule: Break | null): void {
  broken = rule;
}

export function isOut(rule: Break): boolean {
  return broken === rule;
}
