/**
 * Access to the Durable Objects: one for Intuit and the control state, one for each company by its realm ID. Nothing
 * else may choose object names, so no two names ever mean the same company.
 */
import type { CompanyObject } from "./company/company-object.ts";
import type { Env } from "./env.ts";
import type { IntuitObject } from "./intuit/intuit-object.ts";

export function intuitStub(env: Env): DurableObjectStub<IntuitObject> {
  return env.INTUIT.get(env.INTUIT.idFromName("intuit"));
}

export function companyStub(env: Env, realmId: string): DurableObjectStub<CompanyObject> {
  return env.COMPANY.get(env.COMPANY.idFromName(realmId));
}
