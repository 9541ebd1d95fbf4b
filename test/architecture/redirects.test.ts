/**
 * Every redirect goes through pages/parts/local-redirect.ts, which leads nowhere but to this site. The few that must not (to
 * Intuit, to APP_ORIGIN) are named here with their target.
 */
import { expect, test } from "vitest";
import { sourcesOf } from "./sources.ts";

const ALLOWED = [
  // Another host's page, to the one that the configuration names.
  "src/app/one-origin.ts: if (isPageRequest(c)) return c.redirect(own.origin + url.pathname + url.search, REDIRECT_STATUS);",
  // htmx is told the sign-in page, whose `next` goes through local-redirect.ts.
  'src/app/faults.ts: return isFragment ? c.body(null, 401, { "hx-redirect": login }) : redirectTo(c, login);',
  'src/pages/parts/local-redirect.ts: c.redirect(localPath(wanted) ?? "/", 303);',
  // Intuit's own authorization address, read from its discovery document.
  'src/pages/connections/oauth-page.tsx: if (begun.kind === "go") return c.redirect(begun.url, 303);',
];

test("no other redirect", () => {
  const found = sourcesOf("src").flatMap(({ path, text }) =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /\.redirect\(|["'`](?:hx-redirect|hx-location|location|refresh)["'`]|http-equiv/i.test(line))
      .map((line) => `${path}: ${line.replace(/^return (?=c\.redirect)/, "")}`),
  );
  expect(found.toSorted()).toEqual(ALLOWED.toSorted());
});
