/**
 * A visitor of the app's pages without a browser: keeps cookies, posts forms as a browser does, follows no redirect by
 * itself. The demo and the tests come in through it, by the same door as people.
 */

const ANSWER_LIMIT_MS = 60_000;

export interface Visit {
  status: number;
  /** Absolute; null without a redirect. */
  location: string | null;
  html: string;
}

export class Visitor {
  readonly #cookies = new Map<string, string>();

  readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Opens a page of the app. */
  get(path: string): Promise<Visit> {
    return this.#request(path, { method: "GET" });
  }

  /** Sends a form of the app. */
  post(path: string, fields: Record<string, string>): Promise<Visit> {
    return this.#request(path, {
      method: "POST",
      body: new URLSearchParams(fields).toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        origin: this.origin,
        "sec-fetch-site": "same-origin",
      },
    });
  }

  /** The Cookie header of its next request; empty before it signed in. */
  cookie(): string {
    return Array.from(this.#cookies, ([name, value]) => `${name}=${value}`).join("; ");
  }

  /** The same person in another browser: signed in alike, with cookies of its own from now on. */
  inAnotherBrowser(): Visitor {
    const other = new Visitor(this.origin);
    for (const [name, value] of this.#cookies) other.#cookies.set(name, value);
    return other;
  }

  async #request(
    path: string,
    init: { method: string; body?: string; headers?: Record<string, string> },
  ): Promise<Visit> {
    const url = new URL(path, this.origin);
    const cookie = this.cookie();
    const response = await fetch(url, {
      ...init,
      headers: { accept: "text/html", ...init.headers, ...(cookie === "" ? {} : { cookie }) },
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get("location");
    return {
      status: response.status,
      location: location === null ? null : new URL(location, url).href,
      html: await response.text(),
    };
  }

  #keep(setCookie: string): void {
    const [pair = ""] = setCookie.split(";");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    if (value === "" || /;\s*max-age=0/i.test(setCookie)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
