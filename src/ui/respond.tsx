/**
 * Turns a page into a response: the whole document, or only its fragment if htmx asked for a part. Every address can
 * respond with either, so links, reloads and browsers without JavaScript always work.
 */
import type { Context } from "hono";
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { NonceContext } from "./nonce.ts";

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString> | JSX.Element;

/** True if htmx will put the response into a part of the page that is already there. */
export function isFragmentRequest(c: Context): boolean {
  return c.req.header("HX-Request") === "true" && c.req.header("HX-Request-Type") === "partial";
}

/** Responds with a whole document; `markup` has to be a component so that it renders inside the nonce's context. */
export async function respondWithPage(
  c: Context,
  nonce: string,
  markup: Markup,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  c.header("Vary", "HX-Request-Type", { append: true });
  const body = await render(nonce, markup);
  return c.html(`<!doctype html>${body}`, status);
}

/** Responds with a part of a page, for htmx only. */
export async function respondWithFragment(
  c: Context,
  nonce: string,
  markup: Markup,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  c.header("Vary", "HX-Request-Type", { append: true });
  return c.html(await render(nonce, markup), status);
}

/** Renders markup to text, with a nonce. */
export async function render(nonce: string, markup: Markup): Promise<string> {
  const element = <NonceContext.Provider value={nonce}>{markup}</NonceContext.Provider>;
  return (await html`${element}`).toString();
}
