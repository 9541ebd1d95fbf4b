/**
 * Every named misbehaviour of the emulator, with where in a call it strikes and what can be set. Data for the control
 * API, the pages and docs/emulator.md; api/bend-call.ts and intuit/token.ts implement each one.
 */

/**
 * Where a scenario strikes: at the gateway (nothing happens in the company), before the company is asked, inside the company,
 * after the company has committed, or at the token endpoint.
 */
export type Stage = "gateway" | "before" | "company" | "answer" | "token";

export interface ScenarioKind {
  stage: Stage;
  about: string;
  /** Kinds of calls that it affects unless the request names others. */
  kinds: readonly string[];
  /** Each option's name, with what it means and its default. */
  options: Readonly<Record<string, string>>;
}

const COMMIT = "true (default): the company has done the work before the response is spoiled";
const SECONDS = "how long there is no response (default 125)";
const STATUS_5XX = "502, 503 (default) or 504";

export const SCENARIOS = {
  token_expired: { stage: "gateway", about: "401: the access token is taken for expired", kinds: ["any"], options: {} },
  token_revoked: { stage: "gateway", about: "401: the access token is taken for revoked", kinds: ["any"], options: {} },
  throttled: { stage: "gateway", about: "429 with the gateway's body", kinds: ["any"], options: {} },
  unavailable_before: {
    stage: "before",
    about: "HTML 5xx; nothing was done",
    kinds: ["any"],
    options: { status: STATUS_5XX },
  },
  unavailable_after: {
    stage: "answer",
    about: "HTML 5xx although the work was done",
    kinds: ["any"],
    options: { status: STATUS_5XX },
  },
  dropped_before: { stage: "before", about: "the connection breaks; nothing was done", kinds: ["any"], options: {} },
  dropped_after: {
    stage: "answer",
    about: "the connection breaks although the work was done",
    kinds: ["any"],
    options: {},
  },
  hang: {
    stage: "answer",
    about: "no response for a long time, then a broken connection",
    kinds: ["any"],
    options: { seconds: SECONDS, commit: COMMIT },
  },
  html: { stage: "answer", about: "an HTML page with status 200", kinds: ["any"], options: { commit: COMMIT } },
  truncated_json: {
    stage: "answer",
    about: "only the first half of the response",
    kinds: ["any"],
    options: { commit: COMMIT },
  },
  empty_body: { stage: "answer", about: "status 200 without a body", kinds: ["any"], options: { commit: COMMIT } },
  fault_in_200: {
    stage: "before",
    about: "a fault with status 200",
    kinds: ["any"],
    options: { code: "fault code (default 6000)" },
  },
  xml_fault: {
    stage: "before",
    about: "a fault in XML although JSON was asked for",
    kinds: ["any"],
    options: { code: "fault code (default 6000)" },
  },
  system_fault: {
    stage: "before",
    about: "500 with fault 10000",
    kinds: ["any"],
    options: { commit: "true: the work was done all the same (default false)" },
  },
  account_creation_refused: {
    stage: "before",
    about: "accounts cannot be created (6000)",
    kinds: ["create_account"],
    options: { code: "fault code (default 6000)" },
  },
  permission_denied: {
    stage: "before",
    about: "the user or the app has no right",
    kinds: ["any"],
    options: { code: "3100 (default, from the gateway), 5020 or 120" },
  },
  subscription_lapsed: {
    stage: "before",
    about: "6190: the subscription has ended; reads still work",
    kinds: ["writes"],
    options: { status: "400 (default) or 200" },
  },
  plan_without_inventory: {
    stage: "company",
    about: "5030 for inventory items",
    kinds: ["create_item", "batch"],
    options: {},
  },
  books_closed: {
    stage: "company",
    about: "every transaction date lies in a closed period",
    kinds: ["writes"],
    options: { code: "6200 (default) or 6210" },
  },
  deactivate: {
    stage: "company",
    about: "what the call refers to is made inactive just before",
    kinds: ["writes"],
    options: { entity: "customer, item (default) or account", code: "610 (default) or 2500" },
  },
  requestid_not_honoured: {
    stage: "company",
    about: "a repeated requestid is handled as a new call",
    kinds: ["writes"],
    options: {},
  },
  duplicate_number_unchecked: {
    stage: "company",
    about: "a document number that is taken is accepted",
    kinds: ["writes"],
    options: {},
  },
  token_endpoint_unavailable: {
    stage: "token",
    about: "503 from the token endpoint",
    kinds: ["token"],
    options: { status: STATUS_5XX },
  },
  rotate_and_drop: {
    stage: "token",
    about: "the refresh token is rotated, the response is lost",
    kinds: ["token"],
    options: {},
  },
  company_locked: { stage: "before", about: "140: the company is locked out", kinds: ["any"], options: {} },
  maintenance: { stage: "before", about: "150: the company is under maintenance", kinds: ["any"], options: {} },
  fault: {
    stage: "before",
    about: "any fault of the catalogue",
    kinds: ["any"],
    options: {
      code: "fault code (default 6000)",
      message: "",
      detail: "",
      status: "HTTP status",
      type: "fault type",
      element: "",
      commit: "true: the work was done all the same (default false)",
    },
  },
} as const satisfies Record<string, ScenarioKind>;

export type ScenarioName = keyof typeof SCENARIOS;

export function scenarioKind(name: ScenarioName): ScenarioKind {
  return SCENARIOS[name];
}

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}
