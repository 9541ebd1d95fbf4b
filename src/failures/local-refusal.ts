/**
 * Thrown when our own rules refuse an invoice before anything is sent: missing settings, a currency that can't be
 * booked, an inactive reference. Carries the error that people see.
 */
import type { PushError } from "./push-error.ts";

export class LocalRefusal extends Error {
  override readonly name = "LocalRefusal";
  constructor(readonly error: PushError) {
    super(error.category);
  }
}
