/**
 * Thrown when a call to QuickBooks failed on the way to a document: carries what was being done, so that whoever catches
 * it can name the customer, item or account. It judges nothing.
 */
import { type Failure, QuickBooksError } from "../quickbooks/faults.ts";
import type { Doing } from "./subject.ts";

export class FailedWhile extends Error {
  override readonly name = "FailedWhile";
  readonly doing: Doing;
  override readonly cause: QuickBooksError;

  constructor(doing: Doing, cause: QuickBooksError) {
    super(cause.message);
    this.doing = doing;
    this.cause = cause;
  }

  get failure(): Failure {
    return this.cause.failure;
  }
}

/** Runs a step; a failed call of QuickBooks comes out as `FailedWhile`, everything else as it was thrown. */
export async function whileDoing<T>(doing: Doing, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof QuickBooksError ? new FailedWhile(doing, error) : error;
  }
}
