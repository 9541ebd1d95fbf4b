/**
 * Acknowledge or retry: decided here for every message of the queues, and nowhere else. A message carries nothing, so that
 * one is acknowledged as soon as D1 or a new message knows what it asked for; `retry` is for a crash only, and counts:
 * after too many the message is a dead letter (wrangler.toml), whose company is woken again (dead-letters.ts).
 */
const RETRY_SECONDS = 10;

/** How the work ended that a message asked for. */
export type MessageEnd =
  /** Written down in D1, a deferral too. */
  | "done"
  /** It goes on after this batch: D1 and the company's alarm know the rest. */
  | "goes_on"
  /** The invoice is gone, or has no company. */
  | "nothing_to_do"
  /** Notices: what fails is found by the cron. */
  | "handed_over"
  /** No version of ours wrote it. */
  | "unreadable"
  /** It was put at the end of the queue, as a new message. */
  | "passed_on"
  /** A dead letter, whose company's alarm is set. */
  | "woken_again"
  /** It should have been passed on, and could not. */
  | "not_passed_on"
  /** The work, or the look for it in D1, crashed. */
  | "failed";

/** Ends messages, all in the same way. */
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
