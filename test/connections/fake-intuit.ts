/**
 * Intuit and QuickBooks as far as connecting a company needs them, in place of the global fetch: discovery, token,
 * revocation, CompanyInfo and Preferences. A token belongs to one realm, as at Intuit. It keeps what was asked.
 */
import { vi } from "vitest";

const ORIGIN = "https://intuit.example.com";

export interface FakeIntuit {
  /** Path and query of each request, in order. */
  asked: string[];
  revoked: string[];
  /** Makes an authorization code for a company, as Approve does. */
  grant: (realmId: string) => string;
  /** What a test changes of every company: parts of its CompanyInfo, and its TaxPrefs. */
  company: { info: object; taxPrefs: object };
  /** What queries answer, by entity: all rows, whatever was asked for. */
  rows: Map<string, unknown[]>;
  /** What the next requests whose path contains the text get instead. */
  bend: (path: string, answer: () => Response) => void;
  straighten: () => void;
}

export function fakeIntuit(): FakeIntuit {
  const codes = new Map<string, string>();
  const realms = new Map<string, string>();
  const bends = new Map<string, () => Response>();
  const rows = new Map<string, unknown[]>();
  const facts = { info: {}, taxPrefs: { UsingSalesTax: true, PartnerTaxEnabled: true } };
  const asked: string[] = [];
  const revoked: string[] = [];
  let serial = 0;

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    asked.push(url.pathname);
    for (const [path, bent] of bends) if (url.pathname.includes(path)) return bent();
    if (url.pathname === "/.well-known/openid_sandbox_configuration") return Response.json(documentOf(ORIGIN));
    if (url.pathname === "/token") return token(await request.formData());
    if (url.pathname === "/revoke") {
      revoked.push(await request.text());
      return new Response("");
    }
    return company(request, url);
  };
  const token = (form: FormData): Response => {
    const code = form.get("code");
    const realmId = typeof code === "string" ? codes.get(code) : undefined;
    if (realmId === undefined || typeof code !== "string")
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    codes.delete(code);
    serial += 1;
    realms.set(`access-${serial}`, realmId);
    return Response.json({
      access_token: `access-${serial}`,
      refresh_token: `refresh-${serial}`,
      expires_in: 3600,
      x_refresh_token_expires_in: 8726400,
      x_refresh_token_hard_expires_in: 157680000,
    });
  };
  const company = (request: Request, url: URL): Response => {
    const [, realmId = "", resource = ""] = /^\/v3\/company\/([^/]+)\/(\w+)/.exec(url.pathname) ?? [];
    const accessToken = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    if (realms.get(accessToken) !== realmId) {
      const error = [{ message: "ApplicationAuthorizationFailed", detail: null, code: "003100" }];
      return Response.json({ fault: { error, type: "SERVICE" } }, { status: 403 });
    }
    if (resource === "query") {
      const entity = /FROM (\w+)/.exec(url.searchParams.get("query") ?? "")?.[1] ?? "";
      return Response.json({ QueryResponse: { [entity]: rows.get(entity) ?? [] } });
    }
    if (resource === "companyinfo") return Response.json({ CompanyInfo: { ...companyInfoOf(realmId), ...facts.info } });
    if (resource === "preferences") return Response.json({ Preferences: { ...PREFERENCES, TaxPrefs: facts.taxPrefs } });
    return new Response("", { status: 404 });
  };

  vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) => {
    return answer(new Request(input instanceof URL ? input.href : input, init));
  });
  return {
    asked,
    revoked,
    rows,
    company: facts,
    grant(realmId) {
      const code = `code-${codes.size}-${realmId}-${serial}`;
      codes.set(code, realmId);
      return code;
    },
    bend: (path, bent) => bends.set(path, bent),
    straighten: () => bends.clear(),
  };
}

/** The name that a realm's company has here. */
export function companyNameOf(realmId: string): string {
  return `Company ${realmId}`;
}

function documentOf(origin: string) {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${origin}/revoke`,
  };
}

function companyInfoOf(realmId: string) {
  const NameValue = [
    { Name: "OfferingSku", Value: "QuickBooks Online Plus" },
    { Name: "SubscriptionStatus", Value: "PAID" },
  ];
  return { CompanyName: companyNameOf(realmId), Country: "US", NameValue, Id: "1" };
}

const PREFERENCES = {
  SalesFormsPrefs: { CustomTxnNumbers: true, AllowShipping: true, AllowDiscount: true },
  ProductAndServicesPrefs: { QuantityOnHand: true },
  CurrencyPrefs: { MultiCurrencyEnabled: false, HomeCurrency: { value: "USD" } },
};
