/**
 * What the pages' routes share: loading the company in the address, doing what a person asked for, and showing the
 * result. Every action ends in a redirect to a page that shows the result, so a reload never repeats it.
 */
import type { Context } from "hono";
import type { CompanyFacts } from "../company/company-object.ts";
import type { UserAction } from "../company/user-actions.ts";
import type { Env } from "../env.ts";
import { companyStub, intuitStub } from "../stubs.ts";
import { parseJsonObject, textOf, type JsonObject } from "../wire/json.ts";

export type PageContext = Context<{ Bindings: Env }>;
export const PAGE_ROWS = 50;
const MAX_CHOICES = 1000;

export interface Listing {
  rows: JsonObject[];
  count: number;
  page: number;
}

export function loadFacts(c: PageContext, realmId: string): Promise<CompanyFacts | null> {
  return intuitStub(c.env).factsOf(realmId);
}

/** One page of a type, newest first on request; the page number is the one in the address. */
export async function loadPage(
  c: PageContext,
  facts: CompanyFacts,
  type: string,
  options: { newestFirst?: boolean; customerId?: string } = {},
): Promise<Listing> {
  const asked = Number(c.req.query("page") ?? "1");
  const page = Number.isInteger(asked) && asked >= 1 && asked < 1_000_000 ? asked : 1;
  const list = await companyStub(c.env, facts.realmId).list(facts, type, {
    limit: PAGE_ROWS,
    offset: (page - 1) * PAGE_ROWS,
    ...options,
  });
  return {
    rows: (list?.bodies ?? []).flatMap<JsonObject>((body) => parseJsonObject(body) ?? []),
    count: list?.count ?? 0,
    page,
  };
}

export async function loadEntity(
  c: PageContext,
  facts: CompanyFacts,
  type: string,
  id: string,
): Promise<JsonObject | null> {
  const body = await companyStub(c.env, facts.realmId).find(facts, type, id);
  return body === null ? null : parseJsonObject(body);
}

/** An entry of a list to choose from. */
export interface Choice {
  id: string;
  name: string;
}

/** The active records of a type that may be chosen, by name. */
export async function loadChoices(
  c: PageContext,
  facts: CompanyFacts,
  type: string,
  mayBe: (row: JsonObject) => boolean = () => true,
): Promise<Choice[]> {
  const list = await companyStub(c.env, facts.realmId).list(facts, type, { limit: MAX_CHOICES, offset: 0 });
  return (list?.bodies ?? [])
    .flatMap<JsonObject>((body) => parseJsonObject(body) ?? [])
    .filter((row) => row["Active"] !== false && mayBe(row))
    .map((row) => ({
      id: textOf(row["Id"]) ?? "",
      name: textOf(row["FullyQualifiedName"]) ?? textOf(row["DisplayName"]) ?? textOf(row["Name"]) ?? "",
    }))
    .sort((one, other) => one.name.localeCompare(other.name, "en"));
}

/**
 * Does what a person asked for, then redirects to `to`, which says that it is `done`, or why not; a refusal to `refused`,
 * where `to` only exists after success.
 */
export async function doAsUser(
  c: PageContext,
  realmId: string,
  action: UserAction,
  { to, done, refused = to }: { to: string; done: string; refused?: string },
): Promise<Response> {
  const facts = await loadFacts(c, realmId);
  if (facts === null) return c.redirect("/", 303);
  const { response, changes } = await companyStub(c.env, realmId).act(facts, action);
  if (!response.ok) return back(c, refused, "problem", `${response.message} (${response.code}): ${response.detail}`);
  await intuitStub(c.env).notify(realmId, changes);
  return back(c, to, "done", done);
}

export function back(c: PageContext, to: string, kind: "done" | "problem", text: string): Response {
  const url = new URL(to, c.req.url);
  url.searchParams.set(kind, text.slice(0, 500));
  return c.redirect(`${url.pathname}${url.search}`, 303);
}

/** Text fields of a posted form: the text of one, empty where it was not sent. */
export interface PostedForm {
  (name: string): string;
  has(name: string): boolean;
}

export async function readForm(c: PageContext): Promise<PostedForm> {
  const form = await c.req.parseBody();
  const read = (name: string): string => {
    const value = form[name];
    return typeof value === "string" ? value : "";
  };
  return Object.assign(read, { has: (name: string) => name in form });
}
