/**
 * Thrown when a call to QuickBooks fails while a document is being prepared. Carries the step that failed, so the error
 * can name the customer, item or account. It judges nothing.
 */
import { type Failure, QuickBooksError } from "../quickbooks/faults.ts";
import type { Step } from "./subject.ts";

export class FailedWhile extends Error {
  override readonly name = "FailedWhile";
  readonly doing: Step;
  override readonly cause: QuickBooksError;

  constructor(doing: Step, cause: QuickBooksError) {
    super(cause.message);
    this.doing = doing;
    this.cause = cause;
  }

  get failure(): Failure {
    return this.cause.failure;
  }
}

/** Runs a step; a failed QuickBooks call is rethrown as `FailedWhile`, any other error unchanged. */
export async function whileDoing<T>(doing: Step, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof QuickBooksError ? new FailedWhile(doing, error) : error;
  }
}
