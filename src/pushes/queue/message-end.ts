/**
 * Acknowledge or retry: decided here for every queue message, and nowhere else. A message carries no data, so it is
 * acknowledged as soon as D1 or a new message holds its request; `retry` is only for a crash, and counts: after too many
 * retries the message is a dead letter (wrangler.toml), whose company is woken again (dead-letters.ts).
 */
const RETRY_SECONDS = 10;

/** How the work requested by a message ended. */
export type MessageEnd =
  /** Recorded in D1, which includes a postponement. */
  | "done"
  /** It continues after this batch: D1 and the company's alarm know the rest. */
  | "goes_on"
  /** The document is gone, or has no company. */
  | "nothing_to_do"
  /** Notices: the cron sends those that fail. */
  | "handed_over"
  /** Not written by any version of ours. */
  | "unreadable"
  /** Put at the end of the queue as a new message. */
  | "passed_on"
  /** A dead letter, whose company's alarm is set. */
  | "woken_again"
  /** It should have been passed on, and could not. */
  | "not_passed_on"
  /** The work, or finding it in D1, crashed. */
  | "failed";

/** Ends messages, all with the same result. */
export function endMessages(messages: readonly Message[], end: MessageEnd): void {
  for (const message of messages) {
    switch (end) {
      case "done":
      case "goes_on":
      case "nothing_to_do":
      case "handed_over":
      case "unreadable":
      case "passed_on":
      case "woken_again":
        message.ack();
        break;
      case "not_passed_on":
      case "failed":
        message.retry({ delaySeconds: RETRY_SECONDS });
        break;
    }
  }
}
