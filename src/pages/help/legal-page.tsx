/**
 * Privacy and terms, which Intuit asks every app for. The operator writes them: `public/privacy.txt` and
 * `public/terms.txt`, plain text that git ignores, so that an upgrade never touches it. Without a file the page says what
 * the software itself keeps. Anybody may read them.
 */
import { type Context, Hono } from "hono";
import type { Child } from "hono/jsx";
import type { AppEnv } from "../../app-context.ts";
import { openToAll } from "../../people/route-access.ts";
import { causeText } from "../../platform/cause.ts";
import { HISTORY_KEPT_DAYS } from "../../platform/limits.ts";
import { log } from "../../platform/log.ts";
import { PageHead } from "../../ui/layout.tsx";
import { showPage } from "../parts/shell.tsx";

export const legalPage = new Hono<AppEnv>();

const PAGES = [
  { path: "/privacy", title: "Privacy", fallback: <WhatIsKept /> },
  { path: "/terms", title: "Terms", fallback: <NoTerms /> },
] as const;

for (const { path, title, fallback } of PAGES) {
  legalPage.get(path, openToAll("a text that the operator publishes"), async (c) => {
    const text = await readText(c, `${path}.txt`);
    const body = (
      <>
        <PageHead title={title} />
        <section class="card prose">{text === null ? fallback : <PlainText text={text} />}</section>
      </>
    );
    return showPage(c, { title, body });
  });
}

/** The operator's file, or null if there is none. */
async function readText(c: Context<AppEnv>, path: string): Promise<string | null> {
  try {
    const response = await c.env.ASSETS.fetch(new URL(path, c.get("config").appOrigin));
    const text = response.ok ? (await response.text()).trim() : "";
    return text === "" ? null : text;
  } catch (cause) {
    log("legal_text.unavailable", { path, cause: causeText(cause) });
    return null;
  }
}

/** Paragraphs are divided by blank lines; a line that begins with `# ` is a heading. */
export function PlainText({ text }: { text: string }) {
  const blocks = text.split(/\n\s*\n/).map((block) => block.trim());
  return <>{blocks.map((block) => (block.startsWith("# ") ? <h2>{block.slice(2)}</h2> : <p>{block}</p>))}</>;
}

function Missing({ file, children }: { file: string; children?: Child }) {
  return (
    <>
      <p>
        The operator of this installation has not published a text here yet. It belongs into the file{" "}
        <code>{file}</code>.
      </p>
      {children}
    </>
  );
}

function WhatIsKept() {
  return (
    <Missing file="public/privacy.txt">
      <h2>What the software keeps</h2>
      <ul>
        <li>
          Orders and invoices as the order systems sent them, with the buyers' names and addresses, for as long as the
          installation exists.
        </li>
        <li>{`What exactly was sent by an order system, for ${HISTORY_KEPT_DAYS} days.`}</li>
        <li>Which buyer and product belong to which customer and item in QuickBooks.</li>
        <li>The authorization for each QuickBooks company, encrypted, until it is disconnected.</li>
        <li>E-mail addresses of the people who may sign in, and who changed what.</li>
      </ul>
      <p>
        Data goes to the connected QuickBooks companies and to the addresses that an admin entered, and nowhere else.
      </p>
    </Missing>
  );
}

function NoTerms() {
  return <Missing file="public/terms.txt" />;
}
