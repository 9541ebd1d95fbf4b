/**
 * Thrown where our own rules refuse an invoice before anything of it is sent: settings that are missing, a currency
 * that can't be booked, a reference that is inactive. Carries the error that people see.
 */
import type { PushError } from "./push-error.ts";

export class LocalRefusal extends Error {
  override readonly name = "LocalRefusal";
  constructor(readonly error: PushError) {
    super(error.category);
  }
}
