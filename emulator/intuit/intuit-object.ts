/**
 * The Durable Object of Intuit's side and of the control state: tokens, companies and their profiles, the record,
 * scenarios, the clock. Only a shell: each method reads, asks one store, responds. No QuickBooks entity is ever stored
 * here.
 */
import { DurableObject } from "cloudflare:workers";
import type { CallKind } from "../api/call-kind.ts";
import { isRead } from "../api/call-kind.ts";
import { Throttle } from "../api/throttle.ts";
import type { Change } from "../company/context.ts";
import type { CompanyFacts } from "../company/company-object.ts";
import { SEED_COMPANIES, type ProfileName, type ProfilePatch } from "../company/profile.ts";
import { Clock, readSetting, writeSetting } from "../control/clock.ts";
import { CompanyRegistry, factsOf, type Company } from "../control/companies.ts";
import { RecordStore, type CallEnd, type CallStart, type RecordFilter, type RecordRow } from "../control/record.ts";
import { ScenarioStore, type ActiveScenario, type Bend, type ScenarioRequest } from "../control/scenario-store.ts";
import type { Env } from "../env.ts";
import type { GatewayFault } from "../wire/faults.ts";
import { deliverWaiting, type Delivered } from "../webhooks/deliver.ts";
import { Outbox, type Webhook, type WebhookRequest } from "../webhooks/outbox.ts";
import { allowsAccounting, Grants, type ExchangeResult, type GrantRequest, type TokenState } from "./grants.ts";
import { newKey, publicKeys, signIdToken } from "./keys.ts";
import { loadOauthSettings, storeOauthSettings, type OauthPatch, type OauthSettings } from "./oauth-settings.ts";

const MIN_TOKEN_CHARS = 50;
const MAX_TOKEN_CHARS = 4096;
const MIN_ALARM_MS = 50;

/** What the front needs to know to continue with an API call. */
export interface Admission {
  seq: number;
  nowMs: number;
  /** Null if the gateway rejected the call. */
  facts: CompanyFacts | null;
  refused: GatewayFault | null;
  bend: Bend | null;
}

export class IntuitObject extends DurableObject<Env> {
  private readonly clock: Clock;
  private readonly grants: Grants;
  private readonly companies: CompanyRegistry;
  private readonly record: RecordStore;
  private readonly scenarios: ScenarioStore;
  private readonly outbox: Outbox;
  private delivering: Promise<unknown> = Promise.resolve();
  private readonly throttle = new Throttle();

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    const { sql } = state.storage;
    this.clock = new Clock(sql);
    this.grants = new Grants(sql);
    this.companies = new CompanyRegistry(sql);
    this.record = new RecordStore(sql);
    this.scenarios = new ScenarioStore(sql);
    this.outbox = new Outbox(sql);
    if (this.companies.list().length === 0) this.seed();
  }

  /** Records an API call's arrival and makes the gateway's decisions: token, realm, throttle, scenario. */
  admit(call: CallStart & { kind: CallKind; realmId: string }, token: string | null): Admission {
    const nowMs = this.clock.nowMs();
    const seq = this.record.begin(call, nowMs);
    const company = this.companies.find(call.realmId);
    const refused = this.refusal(call, token, company, nowMs);
    if (refused !== null || company === null)
      return { seq, nowMs, facts: null, refused: refused ?? "wrong_realm", bend: null };
    if (isRead(call.kind)) this.spendRead(company);
    const bend = this.scenarios.next(call.realmId, call.kind);
    return { seq, nowMs, facts: factsOf(company, nowMs), refused: null, bend };
  }

  /** Records the arrival of an OAuth call. Its company is that of the code or token in it, if any. */
  admitOauth(
    call: Omit<CallStart, "realmId"> & { kind: CallKind },
    credential: string | null,
  ): { seq: number; bend: Bend | null } {
    const nowMs = this.clock.nowMs();
    const realmId = credential === null ? null : this.grants.realmOf(credential);
    return { seq: this.record.begin({ ...call, realmId }, nowMs), bend: this.scenarios.next(realmId, call.kind) };
  }

  /** Completes the record of a call, and passes on what it changed in a company. */
  async finish(seq: number, end: CallEnd, change?: { realmId: string; changes: Change[] }): Promise<void> {
    this.record.end(seq, end);
    if (change !== undefined) await this.notify(change.realmId, change.changes);
  }

  /** Notifies subscribers (webhooks) of what changed in a company; echoes of an app's own calls included. */
  async notify(realmId: string, changes: Change[]): Promise<void> {
    if (changes.length === 0) return;
    const due = this.outbox.put(realmId, changes, Date.now());
    if (due !== null) await this.armAlarm();
  }

  override async alarm(): Promise<void> {
    await this.deliver(false);
  }

  addWebhook(request: WebhookRequest): Webhook {
    return this.outbox.add(request, crypto.randomUUID());
  }

  listWebhooks(): ReturnType<Outbox["list"]> {
    return this.outbox.list();
  }

  removeWebhooks(id: string | null): void {
    this.outbox.remove(id);
  }

  async flushWebhooks(): Promise<Delivered> {
    return this.deliver(true);
  }

  /** One delivery at a time, or the alarm and a flush would send the same event in parallel. */
  private async deliver(all: boolean): Promise<Delivered> {
    const turn = this.delivering.then(() => deliverWaiting(this.outbox, () => Date.now(), all));
    this.delivering = turn.catch(() => undefined);
    const delivered = await turn;
    await this.armAlarm();
    return delivered;
  }

  private async armAlarm(): Promise<void> {
    const due = this.outbox.nextDueMs();
    if (due !== null) await this.ctx.storage.setAlarm(Math.max(due, Date.now() + MIN_ALARM_MS));
  }

  private refusal(
    call: CallStart & { kind: CallKind },
    token: string | null,
    company: Company | null,
    nowMs: number,
  ): GatewayFault | null {
    if (token === null || token.length < MIN_TOKEN_CHARS || token.length > MAX_TOKEN_CHARS) return "token_malformed";
    const { state, realmId, scope } = this.grants.check(token, nowMs);
    if (state === "expired") return "token_expired";
    if (state !== "live") return "token_revoked";
    if (company === null || realmId !== company.realmId) return "wrong_realm";
    if (!allowsAccounting(scope)) return "scope_missing";
    if (isRead(call.kind) && (company.profile.reads_left === 0 || this.oauthSettings().app_reads_left === 0))
      return "throttled";
    return this.throttle.admit(company.realmId, company.profile.limits, call.kind === "batch", nowMs)
      ? null
      : "throttled";
  }

  private spendRead({ realmId, profile }: Company): void {
    if (profile.reads_left !== null) this.companies.change(realmId, { reads_left: profile.reads_left - 1 });
    const { app_reads_left: left } = this.oauthSettings();
    if (left !== null) this.changeOauthSettings({ app_reads_left: left - 1 });
  }

  // Intuit's OAuth

  issueCode(request: GrantRequest): string {
    return this.grants.issueCode(request, this.oauthSettings(), this.clock.nowMs());
  }

  exchangeCode(code: string, clientId: string, redirectUri: string): ExchangeResult {
    return this.ctx.storage.transactionSync(() =>
      this.grants.exchangeCode({ code, clientId, redirectUri }, this.oauthSettings(), this.clock.nowMs()),
    );
  }

  refresh(value: string, clientId: string): ExchangeResult {
    return this.ctx.storage.transactionSync(() =>
      this.grants.refresh(value, clientId, this.oauthSettings(), this.clock.nowMs()),
    );
  }

  revokeToken(value: string, clientId: string): boolean {
    return this.grants.revokeToken(value, clientId);
  }

  checkToken(value: string): { state: TokenState; realmId: string | null; scope: string } {
    return this.grants.check(value, this.clock.nowMs());
  }

  async jwks(): Promise<string> {
    return JSON.stringify(publicKeys(await this.signingKey()));
  }

  async idToken(claims: {
    issuer: string;
    clientId: string;
    subject: string;
    realmId: string | null;
    authTimeMs: number;
  }): Promise<string> {
    return signIdToken(await this.signingKey(), { ...claims, nowMs: this.clock.nowMs() });
  }

  oauthSettings(): OauthSettings {
    return loadOauthSettings(this.ctx.storage.sql);
  }

  changeOauthSettings(patch: OauthPatch): OauthSettings {
    return storeOauthSettings(this.ctx.storage.sql, patch);
  }

  /** Ends access tokens, refresh tokens, or the whole connection of a company. Returns how many were ended. */
  endTokens(realmId: string, what: "access" | "refresh" | "connection"): number {
    const nowMs = this.clock.nowMs();
    if (what === "access") return this.grants.expireAccess(realmId, nowMs);
    if (what === "refresh") return this.grants.expireRefresh(realmId, nowMs);
    return this.grants.revokeRealm(realmId);
  }

  connectedRealms(): string[] {
    return this.grants.connectedRealms(this.clock.nowMs());
  }

  // Companies

  addCompany(profileName: ProfileName, patch: ProfilePatch): Company {
    return this.companies.add(profileName, patch);
  }

  listCompanies(): Company[] {
    return this.companies.list();
  }

  findCompany(realmId: string): Company | null {
    return this.companies.find(realmId);
  }

  changeCompany(realmId: string, patch: ProfilePatch): Company | null {
    return this.companies.change(realmId, patch);
  }

  factsOf(realmId: string): CompanyFacts | null {
    const company = this.companies.find(realmId);
    return company === null ? null : factsOf(company, this.clock.nowMs());
  }

  // Record, scenarios, clock

  listRecord(filter: RecordFilter): RecordRow[] {
    return this.record.list(filter);
  }

  summarizeRecord(realmId: string | undefined): ReturnType<RecordStore["summary"]> {
    return this.record.summary(realmId);
  }

  clearRecord(): void {
    this.record.clear();
  }

  addScenario(request: ScenarioRequest): ActiveScenario {
    return this.scenarios.add(request, crypto.randomUUID());
  }

  listScenarios(): ActiveScenario[] {
    return this.scenarios.list();
  }

  removeScenario(id: string): boolean {
    return this.scenarios.remove(id);
  }

  clearScenarios(): void {
    this.scenarios.clear();
  }

  advanceClock(seconds: number): void {
    this.clock.advance(seconds);
  }

  readClock(): { nowMs: number; offsetSeconds: number } {
    return { nowMs: this.clock.nowMs(), offsetSeconds: this.clock.offsetSeconds() };
  }

  /** Back to the first start. The caller, who holds their objects, erases the companies' books. */
  reset(): void {
    this.grants.clear();
    this.companies.clear();
    this.record.clear();
    this.scenarios.clear();
    this.throttle.clear();
    this.outbox.remove(null);
    this.clock.reset();
    this.ctx.storage.sql.exec(`DELETE FROM setting WHERE name = 'oauth'`);
    this.seed();
  }

  private seed(): void {
    for (const { profile, patch } of SEED_COMPANIES) this.companies.add(profile, patch);
  }

  private async signingKey(): Promise<string> {
    const stored = readSetting(this.ctx.storage.sql, "signing_key");
    if (stored !== null) return stored;
    const made = await newKey();
    // Another call may have created one while this one waited: the first one stored stays.
    const existing = readSetting(this.ctx.storage.sql, "signing_key");
    if (existing !== null) return existing;
    writeSetting(this.ctx.storage.sql, "signing_key", made);
    return made;
  }
}
