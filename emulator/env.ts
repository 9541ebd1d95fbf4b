/**
 * The bindings and variables of the emulator's Worker, as wrangler.toml declares them.
 * No secret is real here: the client exists only inside the emulator.
 */
import type { CompanyObject } from "./company/company-object.ts";
import type { IntuitObject } from "./intuit/intuit-object.ts";

export interface Env {
  INTUIT: DurableObjectNamespace<IntuitObject>;
  COMPANY: DurableObjectNamespace<CompanyObject>;
  CLIENT_ID: string;
  CLIENT_SECRET: string;
}
