/**
 * The Durable Object of one company: it holds the books and handles one call at a time, so no two calls can mix. Only a
 * shell: profile and time come with each call, the rules are in api/ and entities/.
 */
import { DurableObject } from "cloudflare:workers";
import { dispatch, type ApiResponse, type ApiCall } from "../api/dispatch.ts";
import { typeOfName } from "../entities/kinds.ts";
import { addTaxCode, switchTaxCode, type TaxCodeSwitch } from "../entities/tax-code.ts";
import type { SeedCode } from "../entities/tax-seeds.ts";
import type { Env } from "../env.ts";
import { printJson } from "../wire/json.ts";
import type { CallBend, Change, CompanyContext } from "./context.ts";
import { deactivateReferenced } from "./deactivate.ts";
import type { Profile } from "./profile.ts";
import { seedCompany } from "./seed.ts";
import { CompanyStore, idNumber } from "./store.ts";
import { actAsUser, listEntities, type UserAction, type UserResponse } from "./user-actions.ts";

/** What the company receives with each call, because it is stored outside the books. */
export interface CompanyFacts {
  realmId: string;
  profile: Profile;
  nowMs: number;
  firstTransactionId: number;
}

export class CompanyObject extends DurableObject<Env> {
  private store: CompanyStore;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.store = new CompanyStore(state.storage.sql);
  }

  /** Forgets everything. */
  async erase(): Promise<void> {
    await this.ctx.storage.deleteAll();
    this.store = new CompanyStore(this.ctx.storage.sql);
  }

  /** One call to QuickBooks' API. */
  call(facts: CompanyFacts, call: ApiCall, bend: CallBend): ApiResponse {
    const context = this.contextOf(facts, bend);
    const { deactivate } = bend;
    if (deactivate !== undefined) context.atomically(() => deactivateReferenced(context, deactivate.type, call.body));
    const before = [...context.changes];
    const response = dispatch(context, call);
    return response.faultCode === null ? response : { ...response, changes: before };
  }

  /** One action of a person in QuickBooks' own pages. */
  act(facts: CompanyFacts, action: UserAction): { response: UserResponse; changes: Change[] } {
    const context = this.contextOf(facts, {});
    const response = actAsUser(context, action);
    return { response, changes: context.changes };
  }

  list(
    facts: CompanyFacts,
    type: string,
    page: { limit: number; offset: number; newestFirst?: boolean; customerId?: string },
  ): { bodies: string[]; count: number } | null {
    return listEntities(this.contextOf(facts, {}), type, page);
  }

  /** The JSON of one entity, its type in any case (`invoice`), or null. */
  find(facts: CompanyFacts, type: string, id: string): string | null {
    const name = typeOfName(type);
    const number = idNumber(id);
    if (name === null || number === null) return null;
    return this.contextOf(facts, {}).store.listBodies(name, "AND id = ?", [number])[0] ?? null;
  }

  /** A person adds a tax code; its JSON. */
  addTaxCode(facts: CompanyFacts, code: SeedCode): string {
    const { store, nowMs } = this.contextOf(facts, {});
    return printJson(addTaxCode(store, code, nowMs));
  }

  /** A person makes a tax code active or inactive, hides or shows it; its JSON, or null if there is none. */
  switchTaxCode(facts: CompanyFacts, id: string, change: TaxCodeSwitch): string | null {
    const code = switchTaxCode(this.contextOf(facts, {}), id, change);
    return code === null ? null : printJson(code);
  }

  /** New books are filled on first use. */
  private contextOf(facts: CompanyFacts, bend: CallBend): CompanyContext {
    if (this.store.findNumber("created_s") === null) {
      const context = this.newContext(facts, {});
      context.atomically(() => seedCompany(context));
    }
    return this.newContext(facts, bend);
  }

  private newContext(facts: CompanyFacts, bend: CallBend): CompanyContext {
    return {
      store: this.store,
      profile: facts.profile,
      realmId: facts.realmId,
      nowMs: facts.nowMs,
      bend,
      inactiveCode: bend.deactivate?.code ?? "610",
      firstTransactionId: facts.firstTransactionId,
      atomically: (change) => this.ctx.storage.transactionSync(change),
      changes: [],
    };
  }
}
