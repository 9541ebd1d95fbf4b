/**
 * Codes and tokens (docs/qbo-api.md, section 1): who was granted what, which values are valid and which are dead.
 * Rotation, single use and revocation are decided only here; the HTTP around it is in token.ts and revoke.ts.
 */
import type { OauthSettings } from "./oauth-settings.ts";

const DAY_MS = 86_400_000;
const ACCESS_SCOPE = "com.intuit.quickbooks.accounting";

export interface GrantRequest {
  clientId: string;
  redirectUri: string;
  scope: string;
  realmId: string | null;
}

export interface TokenSet {
  accessToken: string;
  refreshToken: string;
  expiresInS: number;
  refreshExpiresInS: number;
  hardExpiresInS: number;
  scope: string;
  realmId: string | null;
  authTimeMs: number;
}

export type ExchangeResult = { ok: true; tokens: TokenSet } | { ok: false; reason: string };
export type TokenState = "live" | "expired" | "revoked" | "unknown";

interface GrantRow extends Record<string, SqlStorageValue> {
  id: string;
  client_id: string;
  realm_id: string | null;
  scope: string;
  created_ms: number;
  hard_end_ms: number;
  revoked: number;
}

interface RefreshRow extends Record<string, SqlStorageValue> {
  value: string;
  grant_id: string;
  issued_ms: number;
  end_ms: number;
  dead_ms: number | null;
}

export class Grants {
  constructor(private readonly sql: SqlStorage) {
    for (const statement of [
      `CREATE TABLE IF NOT EXISTS grant_row (id TEXT PRIMARY KEY, client_id TEXT NOT NULL, realm_id TEXT, scope TEXT NOT NULL,
        created_ms INTEGER NOT NULL, hard_end_ms INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0)`,
      `CREATE TABLE IF NOT EXISTS code (value TEXT PRIMARY KEY, client_id TEXT NOT NULL, redirect_uri TEXT NOT NULL, realm_id TEXT,
        scope TEXT NOT NULL, end_ms INTEGER NOT NULL, grant_id TEXT)`,
      `CREATE TABLE IF NOT EXISTS access_token (value TEXT PRIMARY KEY, grant_id TEXT NOT NULL, end_ms INTEGER NOT NULL)`,
      `CREATE TABLE IF NOT EXISTS refresh_token (value TEXT PRIMARY KEY, grant_id TEXT NOT NULL, issued_ms INTEGER NOT NULL,
        end_ms INTEGER NOT NULL, dead_ms INTEGER)`,
    ]) {
      sql.exec(statement);
    }
  }

  issueCode(request: GrantRequest, settings: OauthSettings, nowMs: number): string {
    const value = `AB1${randomText(47)}`;
    this.sql.exec(
      `INSERT INTO code (value, client_id, redirect_uri, realm_id, scope, end_ms) VALUES (?, ?, ?, ?, ?, ?)`,
      value,
      request.clientId,
      request.redirectUri,
      request.realmId,
      request.scope,
      nowMs + settings.code_ttl_seconds * 1000,
    );
    return value;
  }

  /** Exchanges a code once. A second use also revokes what the first one granted (docs/qbo-api.md, section 1.3). */
  exchangeCode(
    { code, clientId, redirectUri }: { code: string; clientId: string; redirectUri: string },
    settings: OauthSettings,
    nowMs: number,
  ): ExchangeResult {
    const row = this.sql
      .exec<{
        client_id: string;
        redirect_uri: string;
        realm_id: string | null;
        scope: string;
        end_ms: number;
        grant_id: string | null;
      }>(`SELECT * FROM code WHERE value = ?`, code)
      .toArray()[0];
    if (row === undefined) return { ok: false, reason: "Token invalid" };
    if (row.grant_id !== null) {
      this.revokeGrant(row.grant_id);
      return { ok: false, reason: "Token invalid" };
    }
    if (row.client_id !== clientId || row.redirect_uri !== redirectUri || nowMs >= row.end_ms)
      return { ok: false, reason: "Token invalid" };
    this.killRefreshTokens(clientId, row.realm_id, nowMs);
    const grantId = crypto.randomUUID();
    this.sql.exec(
      `INSERT INTO grant_row (id, client_id, realm_id, scope, created_ms, hard_end_ms) VALUES (?, ?, ?, ?, ?, ?)`,
      grantId,
      clientId,
      row.realm_id,
      row.scope,
      nowMs,
      nowMs + settings.hard_ttl_seconds * 1000,
    );
    this.sql.exec(`UPDATE code SET grant_id = ? WHERE value = ?`, grantId, code);
    const grant = this.findGrant(grantId);
    if (grant === null) return { ok: false, reason: "Token invalid" };
    return { ok: true, tokens: this.issueTokens(grant, this.newRefreshToken(grant, settings, nowMs), settings, nowMs) };
  }

  /**
   * Refreshes: the same refresh token or a new one, depending on the rotation setting; a rotated value is dead after
   * the grace period.
   */
  refresh(value: string, clientId: string, settings: OauthSettings, nowMs: number): ExchangeResult {
    const refused: ExchangeResult = { ok: false, reason: "Incorrect or invalid refresh token" };
    const row = this.sql.exec<RefreshRow>(`SELECT * FROM refresh_token WHERE value = ?`, value).toArray()[0];
    const grant = row === undefined ? null : this.findGrant(row.grant_id);
    if (row === undefined || grant === null || grant.revoked === 1 || grant.client_id !== clientId) return refused;
    if (nowMs >= row.end_ms || nowMs >= grant.hard_end_ms) return refused;
    if (row.dead_ms !== null && nowMs >= row.dead_ms) return refused;
    if (row.dead_ms !== null) {
      // During the grace period a former value is accepted in place of the current one, and does not rotate it again.
      const current = this.currentRefreshToken(grant.id);
      return current === null ? refused : { ok: true, tokens: this.issueTokens(grant, current, settings, nowMs) };
    }
    const isDue = settings.rotate === "always" || nowMs - row.issued_ms >= DAY_MS;
    if (isDue) {
      this.sql.exec(
        `UPDATE refresh_token SET dead_ms = ? WHERE value = ?`,
        nowMs + settings.grace_seconds * 1000,
        value,
      );
      return {
        ok: true,
        tokens: this.issueTokens(grant, this.newRefreshToken(grant, settings, nowMs), settings, nowMs),
      };
    }
    return { ok: true, tokens: this.issueTokens(grant, row, settings, nowMs) };
  }

  /** Revokes the whole grant that a refresh or access token belongs to; false if it is unknown or already gone. */
  revokeToken(value: string, clientId: string): boolean {
    const grantId =
      this.sql.exec<{ grant_id: string }>(`SELECT grant_id FROM refresh_token WHERE value = ?`, value).toArray()[0]
        ?.grant_id ??
      this.sql.exec<{ grant_id: string }>(`SELECT grant_id FROM access_token WHERE value = ?`, value).toArray()[0]
        ?.grant_id;
    const grant = grantId === undefined ? null : this.findGrant(grantId);
    if (grant === null || grant.revoked === 1 || grant.client_id !== clientId) return false;
    this.revokeGrant(grant.id);
    return true;
  }

  /** What an access token is good for. */
  check(value: string, nowMs: number): { state: TokenState; realmId: string | null; scope: string } {
    const row = this.sql
      .exec<{ grant_id: string; end_ms: number }>(`SELECT grant_id, end_ms FROM access_token WHERE value = ?`, value)
      .toArray()[0];
    const grant = row === undefined ? null : this.findGrant(row.grant_id);
    if (row === undefined || grant === null) return { state: "unknown", realmId: null, scope: "" };
    const state = grant.revoked === 1 ? "revoked" : nowMs >= row.end_ms ? "expired" : "live";
    return { state, realmId: grant.realm_id, scope: grant.scope };
  }

  /** The company that a code or token belongs to, dead or alive; null if it is unknown. */
  realmOf(value: string): string | null {
    const row = this.sql
      .exec<{ realm_id: string | null }>(
        `SELECT realm_id FROM code WHERE value = ?1 UNION ALL
         SELECT g.realm_id FROM grant_row g JOIN refresh_token r ON r.grant_id = g.id WHERE r.value = ?1 UNION ALL
         SELECT g.realm_id FROM grant_row g JOIN access_token a ON a.grant_id = g.id WHERE a.value = ?1 LIMIT 1`,
        value,
      )
      .toArray()[0];
    return row?.realm_id ?? null;
  }

  /** As if a person disconnected the app in QuickBooks. Returns how many grants ended. */
  revokeRealm(realmId: string): number {
    return this.sql
      .exec(`UPDATE grant_row SET revoked = 1 WHERE realm_id = ? AND revoked = 0 RETURNING id`, realmId)
      .toArray().length;
  }

  expireAccess(realmId: string, nowMs: number): number {
    return this.sql
      .exec(
        `UPDATE access_token SET end_ms = ? WHERE end_ms > ? AND grant_id IN (SELECT id FROM grant_row WHERE realm_id = ?) RETURNING value`,
        nowMs,
        nowMs,
        realmId,
      )
      .toArray().length;
  }

  expireRefresh(realmId: string, nowMs: number): number {
    return this.sql
      .exec(
        `UPDATE refresh_token SET end_ms = ? WHERE end_ms > ? AND grant_id IN (SELECT id FROM grant_row WHERE realm_id = ?) RETURNING value`,
        nowMs,
        nowMs,
        realmId,
      )
      .toArray().length;
  }

  /** Companies that some app is connected to now. */
  connectedRealms(nowMs: number): string[] {
    return this.sql
      .exec<{ realm_id: string }>(
        `SELECT DISTINCT g.realm_id FROM grant_row g JOIN refresh_token r ON r.grant_id = g.id
         WHERE g.revoked = 0 AND g.realm_id IS NOT NULL AND r.dead_ms IS NULL AND r.end_ms > ?`,
        nowMs,
      )
      .toArray()
      .map((row) => row.realm_id);
  }

  clear(): void {
    for (const table of ["grant_row", "code", "access_token", "refresh_token"]) this.sql.exec(`DELETE FROM ${table}`);
  }

  private findGrant(id: string): GrantRow | null {
    return this.sql.exec<GrantRow>(`SELECT * FROM grant_row WHERE id = ?`, id).toArray()[0] ?? null;
  }

  private currentRefreshToken(grantId: string): RefreshRow | null {
    return (
      this.sql
        .exec<RefreshRow>(
          `SELECT * FROM refresh_token WHERE grant_id = ? AND dead_ms IS NULL ORDER BY issued_ms DESC LIMIT 1`,
          grantId,
        )
        .toArray()[0] ?? null
    );
  }

  private newRefreshToken(grant: GrantRow, settings: OauthSettings, nowMs: number): RefreshRow {
    const value = `RT1-${Math.floor(Math.random() * 200)}-H0-${Math.floor(nowMs / 1000) + settings.refresh_ttl_seconds}${randomText(20)}`;
    const end = nowMs + settings.refresh_ttl_seconds * 1000;
    this.sql.exec(
      `INSERT INTO refresh_token (value, grant_id, issued_ms, end_ms) VALUES (?, ?, ?, ?)`,
      value,
      grant.id,
      nowMs,
      end,
    );
    return { value, grant_id: grant.id, issued_ms: nowMs, end_ms: end, dead_ms: null };
  }

  private issueTokens(grant: GrantRow, refresh: RefreshRow, settings: OauthSettings, nowMs: number): TokenSet {
    const accessToken = newAccessToken();
    const accessEnd = nowMs + settings.access_ttl_seconds * 1000;
    this.sql.exec(
      `INSERT INTO access_token (value, grant_id, end_ms) VALUES (?, ?, ?)`,
      accessToken,
      grant.id,
      accessEnd,
    );
    this.sql.exec(`DELETE FROM access_token WHERE end_ms < ?`, nowMs - DAY_MS);
    const rolling = nowMs + settings.refresh_ttl_seconds * 1000;
    // Each refresh restarts the rolling expiry, but the value that was issued keeps counting down until it is used.
    this.sql.exec(
      `UPDATE refresh_token SET end_ms = ? WHERE value = ?`,
      Math.min(rolling, grant.hard_end_ms),
      refresh.value,
    );
    const shownEnd = Math.min(refresh.issued_ms + settings.refresh_ttl_seconds * 1000, grant.hard_end_ms);
    return {
      accessToken,
      refreshToken: refresh.value,
      expiresInS: settings.access_ttl_seconds,
      refreshExpiresInS: Math.max(0, Math.floor((shownEnd - nowMs) / 1000)),
      hardExpiresInS: Math.max(0, Math.floor((grant.hard_end_ms - nowMs) / 1000)),
      scope: grant.scope,
      realmId: grant.realm_id,
      authTimeMs: grant.created_ms,
    };
  }

  private revokeGrant(id: string): void {
    this.sql.exec(`UPDATE grant_row SET revoked = 1 WHERE id = ?`, id);
  }

  /** A new connection between the same app and company ends the refresh tokens of the former ones. */
  private killRefreshTokens(clientId: string, realmId: string | null, nowMs: number): void {
    this.sql.exec(
      `UPDATE refresh_token SET dead_ms = ? WHERE dead_ms IS NULL AND grant_id IN
       (SELECT id FROM grant_row WHERE client_id = ? AND realm_id IS ?)`,
      nowMs,
      clientId,
      realmId,
    );
  }
}

/** Whether a scope list lets a token call QuickBooks' accounting API. */
export function allowsAccounting(scope: string): boolean {
  return scope.split(" ").includes(ACCESS_SCOPE);
}

/** Opaque, shaped like Intuit's: a JWE with an empty key part, about 900 characters. */
function newAccessToken(): string {
  const header = btoa(JSON.stringify({ enc: "A128CBC-HS256", alg: "dir" })).replace(/=+$/, "");
  return `${header}..${randomText(22)}.${randomText(800)}.${randomText(22)}`;
}

function randomText(length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length)).join("");
}
