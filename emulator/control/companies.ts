/**
 * The list of companies and their profiles. The books themselves are in each company's own Durable Object; stored here
 * are the settings that a test or a person changes, and the order in which companies were created.
 */
import type { CompanyFacts } from "../company/company-object.ts";
import {
  applyPatch,
  profileOf,
  profilePatchSchema,
  type Profile,
  type ProfileName,
  type ProfilePatch,
} from "../company/profile.ts";

const FIRST_REALM_ID = 9_341_450_000_000_000_000n;
const TRANSACTION_IDS_PER_COMPANY = 100_000;
const FIRST_TRANSACTION_ID = 101;

export interface Company {
  realmId: string;
  profileName: ProfileName;
  profile: Profile;
  /** 1 for the first company ever created. */
  number: number;
}

type CompanyRow = Record<string, SqlStorageValue> & {
  realm_id: string;
  number: number;
  profile_name: ProfileName;
  profile: string;
};

export class CompanyRegistry {
  /** By realm ID, cached beside the table: every call looks up a company. */
  private readonly known = new Map<string, Company>();

  constructor(private readonly sql: SqlStorage) {
    sql.exec(`CREATE TABLE IF NOT EXISTS company (
      number INTEGER PRIMARY KEY AUTOINCREMENT, realm_id TEXT UNIQUE, profile_name TEXT NOT NULL, profile TEXT NOT NULL)`);
  }

  add(profileName: ProfileName, patch: ProfilePatch): Company {
    const profile = profileOf(profileName, patch);
    const { number } = this.sql
      .exec<{ number: number }>(
        `INSERT INTO company (profile_name, profile) VALUES (?, ?) RETURNING number`,
        profileName,
        JSON.stringify(profile),
      )
      .one();
    const realmId = String(FIRST_REALM_ID + BigInt(number));
    this.sql.exec(`UPDATE company SET realm_id = ? WHERE number = ?`, realmId, number);
    return { realmId, profileName, profile, number };
  }

  list(): Company[] {
    return this.sql.exec<CompanyRow>(`SELECT * FROM company ORDER BY number`).toArray().map(fromRow);
  }

  find(realmId: string): Company | null {
    const known = this.known.get(realmId);
    if (known !== undefined) return known;
    const row = this.sql.exec<CompanyRow>(`SELECT * FROM company WHERE realm_id = ?`, realmId).toArray()[0];
    if (row === undefined) return null;
    const company = fromRow(row);
    this.known.set(realmId, company);
    return company;
  }

  /** Changes the profile; null if there is no such company. */
  change(realmId: string, patch: ProfilePatch): Company | null {
    const company = this.find(realmId);
    if (company === null) return null;
    const profile = applyPatch(company.profile, patch);
    this.sql.exec(`UPDATE company SET profile = ? WHERE realm_id = ?`, JSON.stringify(profile), realmId);
    this.known.delete(realmId);
    return { ...company, profile };
  }

  clear(): void {
    this.known.clear();
    this.sql.exec(`DELETE FROM company`);
    this.sql.exec(`DELETE FROM sqlite_sequence WHERE name = 'company'`);
  }
}

/** What the company's own object receives with each call. */
export function factsOf(company: Company, nowMs: number): CompanyFacts {
  return {
    realmId: company.realmId,
    profile: company.profile,
    nowMs,
    firstTransactionId: FIRST_TRANSACTION_ID + (company.number - 1) * TRANSACTION_IDS_PER_COMPANY,
  };
}

function fromRow(row: CompanyRow): Company {
  return {
    realmId: row.realm_id,
    profileName: row.profile_name,
    // A setting that this company was stored without has the value of its profile.
    profile: profileOf(row.profile_name, profilePatchSchema.parse(JSON.parse(row.profile))),
    number: row.number,
  };
}
