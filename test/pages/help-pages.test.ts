/** Help, and the texts that the operator writes. */
import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { CATEGORY_TITLES } from "../../src/failures/push-error.ts";
import { STATUS_WORDS } from "../../src/pages/invoices/invoice-status.tsx";
import { supportText } from "../../src/pages/parts/support-details.tsx";
import { testEnv } from "../api/fixture.ts";
import { ORIGIN, words } from "./visitor.ts";

async function textOf(
  path: string,
  changes: Partial<typeof testEnv> = {},
): Promise<{ html: string; text: string; status: number }> {
  const answer = await app.request(ORIGIN + path, { headers: { accept: "text/html" } }, { ...testEnv, ...changes });
  const html = await answer.text();
  return { html, text: words(html), status: answer.status };
}

/** A binding that has these files. */
function assetsWith(files: Record<string, string>): Fetcher {
  const fetch = async (url: URL) => {
    const text = files[url.pathname];
    return new Response(text ?? "", { status: text === undefined ? 404 : 200 });
  };
  return { fetch } as unknown as Fetcher;
}

describe("/help", () => {
  it("explains every error and every push status, to anybody", async () => {
    const { status, text } = await textOf("/help");
    expect(status).toBe(200);
    for (const word of [...Object.values(CATEGORY_TITLES), ...Object.values(STATUS_WORDS)])
      expect(text).toContain(word);
  });

  it("leads to the operator's support where there is one", async () => {
    expect((await textOf("/help")).text).toContain("whoever runs Bookbridge for you");
    const { html, text } = await textOf("/help", { SUPPORT_URL: "mailto:help@example.com" });
    expect(html).toContain('href="mailto:help@example.com"');
    expect(text).toContain("Ask for help at help@example.com");
  });
});

describe("/privacy and /terms", () => {
  it("show the operator's file as text, never as markup", async () => {
    const ASSETS = assetsWith({
      "/privacy.txt": "# What we keep\n\nYour orders & <b>nothing</b> else.\n\nAsk us.",
      "/terms.txt": "Be kind.",
    });
    const { html } = await textOf("/privacy", { ASSETS });
    expect(html).toContain(
      "<h2>What we keep</h2><p>Your orders &amp; &lt;b&gt;nothing&lt;/b&gt; else.</p><p>Ask us.</p>",
    );
    expect((await textOf("/terms", { ASSETS })).text).toContain("Be kind.");
  });

  it.each(["/privacy", "/terms"])("%s says where the text belongs as long as there is none", async (path) => {
    for (const ASSETS of [assetsWith({}), { fetch: () => Promise.reject(new Error("gone")) } as unknown as Fetcher]) {
      const { status, text } = await textOf(path, { ASSETS });
      expect([status, text.includes(`public${path}.txt`)]).toEqual([200, true]);
    }
  });
});

it("details for support are one fact a line, without those that are not known", () => {
  expect(
    supportText([
      ["Invoice", "A-1"],
      ["QuickBooks code", null],
      ["Attempts", 0],
    ]),
  ).toMatch(/^Bookbridge: \d+\.\d+\.\d+\nInvoice: A-1\nAttempts: 0$/);
});
