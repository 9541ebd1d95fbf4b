/**
 * The page of one QuickBooks connection: state, switches, settings, check, disconnect. A switch acts on the saved
 * settings only; a form that is refused comes back with everything that was typed.
 */
import { type Context, Hono } from "hono";
import { checkConnection } from "../../actions/check-connection.ts";
import { disconnectCompany } from "../../actions/disconnect-company.ts";
import { rereadCompany } from "../../actions/reread-company.ts";
import { forgetLettersOf } from "../../actions/forget-letters.ts";
import { saveConnection } from "../../actions/save-connection.ts";
import type { AppEnv } from "../../app-context.ts";
import type { CheckLine } from "../../connections/check-line.ts";
import type { Connection } from "../../connections/connection.ts";
import { fieldsWith, missingSettings, settingsPatch } from "../../connections/settings.ts";
import { findConnection } from "../../connections/store.ts";
import { countWaiting } from "../../notifications/count-waiting.ts";
import { actionContextOf, runtimeOf } from "../../people/action-context.ts";
import { needs, may } from "../../people/route-access.ts";
import { QuickBooksError } from "../../quickbooks/faults.ts";
import { ConfirmPage } from "../../ui/dialog.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { respondWithFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { redirectWith } from "../parts/flash.ts";
import { byField, type FieldErrors, readForm } from "../parts/form.ts";
import { backWith, missing, statusOf } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { waitingWords } from "../parts/waiting-words.ts";
import { linksPath } from "../links/links-view.tsx";
import { ConfigurationCheck } from "./connection-check.tsx";
import { disconnectQuestion } from "./connection-facts.tsx";
import { type ConnectionPageProps, ConnectionView, readConnectionPage } from "./connection-parts.tsx";
import { errorsIn, givenIn } from "./settings-as-texts.ts";
import { type SwitchesProps, switchWord, TurnedSwitches } from "./connection-switches.tsx";

const HERE = "/settings/quickbooks/:id";
export const connectionPage = new Hono<AppEnv>();

connectionPage.get(HERE, needs("read"), async (c) => show(c, await subject(c), {}));

connectionPage.post(HERE, needs("configure"), async (c) => {
  const connection = await subject(c);
  const { values } = await readForm(c);
  const parsed = settingsPatch.safeParse(givenIn(values));
  if (!parsed.success) return show(c, connection, { values, errors: errorsIn(values, parsed.error) }, 422);
  const saved = await saveConnection(actionContextOf(c), connection.id, parsed.data);
  if (!saved.ok) return show(c, connection, { values, errors: byField(saved.errors) }, statusOf(saved));
  const stillMissing = missingSettings(saved.connection).map(({ label }) => label);
  const missingWords = stillMissing.length > 0 ? `Still missing: ${stillMissing.join(", ")}.` : "";
  return redirectWith(c, pathOf(connection), {
    tone: stillMissing.length > 0 ? "note" : "good",
    text: ["Settings saved.", missingWords, waitingWords(saved.waiting)].filter(Boolean).join(" "),
  });
});

connectionPage.post(`${HERE}/switches`, needs("configure"), async (c) => {
  const connection = await subject(c);
  const { values } = await readForm(c);
  const field = fieldsWith("switch").find((name) => name === values["switch"]);
  if (field === undefined) throw missing("There is no such switch.");
  const isOn = values[field] === "true";
  const saved = await saveConnection(actionContextOf(c), connection.id, { [field]: isOn });
  const result: SwitchesProps["result"] = saved.ok
    ? { tone: "good", text: `${switchWord(field)} is ${isOn ? "on" : "off"}. ${waitingWords(saved.waiting)}`.trim() }
    : { tone: "bad", text: saved.message, points: saved.errors.map((error) => error.message) };
  return respondWithSwitches(c, saved.ok ? saved.connection : connection, result, saved.ok ? 200 : statusOf(saved));
});

connectionPage.post(`${HERE}/check`, needs("configure"), async (c) => {
  const connection = await subject(c);
  const checked = await checkConnection(actionContextOf(c), connection.id);
  if (!checked.ok) return backWith(c, pathOf(connection), checked);
  if (!isFragmentRequest(c)) return show(c, await subject(c), { lines: checked.lines });
  return respondWithFragment(
    c,
    c.get("nonce"),
    <ConfigurationCheck connection={connection} lines={checked.lines} mayConfigure />,
  );
});

connectionPage.post(`${HERE}/start-date`, needs("configure"), async (c) => {
  const connection = await subject(c);
  const parsed = settingsPatch.safeParse({ inventory_start_date: (await readForm(c)).values["inventory_start_date"] });
  if (!parsed.success) return redirectWith(c, pathOf(connection), { tone: "bad", text: "This is not a date." });
  const saved = await saveConnection(actionContextOf(c), connection.id, parsed.data);
  if (!saved.ok) return backWith(c, pathOf(connection), saved);
  return redirectWith(c, pathOf(connection), {
    tone: "good",
    text: `The inventory start date is now ${saved.connection.inventoryStartDate}.`,
  });
});

connectionPage.post(`${HERE}/refresh`, needs("configure"), async (c) => {
  const connection = await subject(c);
  try {
    await rereadCompany(runtimeOf(c), connection);
    return redirectWith(c, pathOf(connection), { tone: "good", text: "The names were read from QuickBooks." });
  } catch (error) {
    if (!(error instanceof QuickBooksError)) throw error;
    return redirectWith(c, pathOf(connection), {
      tone: "bad",
      text: "The names could not be read from QuickBooks. Check the configuration, or try again in a minute.",
    });
  }
});

connectionPage.post(`${HERE}/letters`, needs("configure"), async (c) => {
  const connection = await subject(c);
  const done = await forgetLettersOf(actionContextOf(c), connection.id);
  if (!done.ok) return backWith(c, pathOf(connection), done);
  const text = "Texts are sent as they are again. What QuickBooks refuses or changes is noticed and sent again.";
  return redirectWith(c, pathOf(connection), { tone: "good", text });
});

connectionPage.get(`${HERE}/disconnect`, needs("configure"), async (c) => {
  const connection = await subject(c);
  const waiting = await countWaiting(c.get("db"), connection.id);
  const body = <ConfirmPage {...disconnectQuestion(connection, waiting)} cancelHref={pathOf(connection)} />;
  return showPage(c, { title: "Disconnect QuickBooks?", body });
});

connectionPage.post(`${HERE}/disconnect`, needs("configure", "recent"), async (c) => {
  const connection = await subject(c);
  const done = await disconnectCompany(actionContextOf(c), connection.id);
  if (!done.ok) return backWith(c, pathOf(connection), done);
  const text = [
    `${connection.companyName} is disconnected.`,
    waitingWords({ held: done.held, resumed: 0 }),
    done.warning ?? "",
  ]
    .filter(Boolean)
    .join(" ");
  return redirectWith(c, pathOf(connection), { tone: done.warning ? "note" : "good", text });
});

interface Shown {
  values?: Record<string, string>;
  errors?: FieldErrors;
  lines?: CheckLine[];
  result?: SwitchesProps["result"];
}

async function show(
  c: Context<AppEnv>,
  connection: Connection,
  shown: Shown,
  status: 200 | 404 | 409 | 422 | 503 = 200,
): Promise<Response> {
  const mayConfigure = may(c, "configure");
  const props: ConnectionPageProps = { ...(await readConnectionPage(c, connection)), ...shown, mayConfigure };
  const body = (
    <>
      <PageHead title={connection.companyName} crumbs={{ href: "/settings/quickbooks", label: "QuickBooks Online" }}>
        <a class="button" href={linksPath(connection.id)}>
          Links
        </a>
      </PageHead>
      <ConnectionView {...props} />
    </>
  );
  const hasErrors = Object.keys(shown.errors ?? {}).length > 0;
  const notice = hasErrors
    ? { tone: "bad" as const, text: "Nothing has been saved yet: fix the marked fields." }
    : null;
  return showPage(c, { title: connection.companyName, body, status, notice });
}

/** Only the switches if htmx asked for them; otherwise the page, or a redirect to it. */
async function respondWithSwitches(
  c: Context<AppEnv>,
  connection: Connection,
  result: SwitchesProps["result"],
  status: 200 | 404 | 409 | 422 | 503,
): Promise<Response> {
  if (isFragmentRequest(c))
    return respondWithFragment(
      c,
      c.get("nonce"),
      <TurnedSwitches connection={connection} mayConfigure result={result} />,
      status,
    );
  if (status !== 200) return show(c, connection, result ? { result } : {}, status);
  return redirectWith(c, pathOf(connection), { tone: "good", text: result?.text ?? "Saved." });
}

async function subject(c: Context<AppEnv>): Promise<Connection> {
  const connection = await findConnection(c.get("db"), c.req.param("id") ?? "");
  if (!connection) throw missing("There is no such connection.");
  return connection;
}

function pathOf(connection: Pick<Connection, "id">): string {
  return `/settings/quickbooks/${connection.id}`;
}
