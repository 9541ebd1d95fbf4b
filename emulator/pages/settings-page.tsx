/**
 * A company's settings as a form: plan, subscription, switches, limits; and the button that disconnects the app. What
 * may be set is defined in company/profile.ts; this page has no rules of its own.
 */
import { Hono } from "hono";
import { profilePatchSchema, type Profile } from "../company/profile.ts";
import { CHARSETS } from "../wire/charset.ts";
import type { Env } from "../env.ts";
import { intuitStub } from "../stubs.ts";
import { CompanyFrame } from "./company-frame.tsx";
import { back, loadFacts, readForm } from "./page-context.ts";

const SWITCHES = [
  ["custom_txn_numbers", "Custom transaction numbers"],
  ["warn_on_duplicates", "Warn about document numbers that are used already"],
  ["duplicate_number_names_holder", "That warning names the transaction that has the number"],
  ["allow_shipping", "Shipping on sales forms"],
  ["allow_discount", "Discounts on sales forms"],
  ["quantity_on_hand", "Track quantity on hand (inventory)"],
  ["multicurrency", "Several currencies"],
  ["using_sales_tax", "Sales tax"],
  ["automated_sales_tax", "Automated sales tax (US)"],
  ["automated_tax_set_up", "Automated sales tax is set up"],
  ["honour_requestid", "Honour requestid"],
  ["replay_faults", "Replay faults for a repeated requestid"],
  ["reply_6190_as_200", "Answer a lapsed subscription (6190) with HTTP 200"],
  ["reflow_addresses", "An update puts the town of an address into plain lines"],
  ["unknown_fields", "Answers hold properties that no documentation names"],
] as const satisfies readonly (readonly [keyof Profile, string])[];

const CHOICES = [
  [
    "offering_sku",
    "Plan",
    [
      "QuickBooks Online Simple Start",
      "QuickBooks Online Essentials",
      "QuickBooks Online Plus",
      "QuickBooks Online Advanced",
    ],
  ],
  ["subscription_status", "Subscription", ["PAID", "TRIAL", "EXPIRED", "CANCELLED", "SUSPENDED"]],
  ["charset", "Characters in texts", CHARSETS],
  ["address_countries", "Countries in addresses", ["iso2", "iso3_company", "iso3"]],
  ["manual_tax_total", "US, manual tax: the total of tax", ["by_rate", "as_sent"]],
  ["tax_override", "Outside the US: tax that was sent", ["honoured", "ignored"]],
  ["negative_lines", "Outside the US: negative lines", ["by_code", "refused"]],
  ["inactive_names", "Names of inactive records", ["held", "freed"]],
  ["void_paid", "An app voids an invoice that has a payment", ["refused", "released"]],
  ["sparse_emptying", "E-mail and shipping method emptied by a sparse update", ["emptied", "kept"]],
  ["currency_decimals", "Decimals of amounts", ["by_currency", "two"]],
  ["book_close_code", "Code for closed books", ["6200", "6210"]],
] as const satisfies readonly (readonly [keyof Profile, string, readonly string[]])[];

export const settingsRoutes = new Hono<{ Bindings: Env }>();

settingsRoutes.get("/companies/:realm/settings", async (c) => {
  const facts = await loadFacts(c, c.req.param("realm"));
  if (facts === null) return c.notFound();
  const connected = await intuitStub(c.env).connectedRealms();
  return c.html(
    <CompanyFrame c={c} facts={facts} tab="settings" title="Settings">
      <div class="panel buttons">
        {connected.includes(facts.realmId) ? (
          <span class="badge good">An app is connected</span>
        ) : (
          <span class="badge">No app is connected</span>
        )}
        <form method="post" action={`/companies/${facts.realmId}/disconnect`} class="plain">
          <button type="submit" class="danger">
            Disconnect app
          </button>
        </form>
      </div>
      <SettingsForm realmId={facts.realmId} profile={facts.profile} />
    </CompanyFrame>,
  );
});

settingsRoutes.post("/companies/:realm/settings", async (c) => {
  const realm = c.req.param("realm");
  const read = await readForm(c);
  const whole = (name: string): number => Number(read(name));
  const patch = profilePatchSchema.safeParse({
    name: read("name"),
    home_currency: read("home_currency"),
    book_close_date: read("book_close_date") === "" ? null : read("book_close_date"),
    latency_ms: whole("latency_ms"),
    ...Object.fromEntries(CHOICES.flatMap(([name]) => (read(name) === "" ? [] : [[name, read(name)]]))),
    ...Object.fromEntries(SWITCHES.map(([name]) => [name, read(name) === "on"])),
    limits: {
      enabled: read("limits_enabled") === "on",
      per_minute: whole("per_minute"),
      per_second: whole("per_second"),
      batch_per_minute: whole("batch_per_minute"),
    },
  });
  const to = `/companies/${realm}/settings`;
  if (!patch.success)
    return back(
      c,
      to,
      "problem",
      patch.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "),
    );
  const company = await intuitStub(c.env).changeCompany(realm, patch.data);
  return company === null ? c.notFound() : back(c, to, "done", "The settings were saved.");
});

settingsRoutes.post("/companies/:realm/disconnect", async (c) => {
  const realm = c.req.param("realm");
  const intuit = intuitStub(c.env);
  const ended = await intuit.endTokens(realm, "connection");
  const { disconnect_url: url } = await intuit.oauthSettings();
  if (url !== "" && URL.canParse(url)) {
    const target = new URL(url);
    target.searchParams.set("realmId", realm);
    return c.redirect(target.toString(), 303);
  }
  return back(
    c,
    `/companies/${realm}/settings`,
    "done",
    ended === 0 ? "No app was connected." : "The app was disconnected; its tokens are dead.",
  );
});

function SettingsForm(props: { realmId: string; profile: Profile }) {
  const { profile } = props;
  return (
    <form method="post" action={`/companies/${props.realmId}/settings`} class="panel">
      <div class="grid">
        <label>
          Company name
          <input name="name" required maxlength={100} value={profile.name} />
        </label>
        {CHOICES.map(([name, label, values]) => (
          <label>
            {label}
            <select name={name}>
              {values.map((value) => (
                <option value={value} selected={profile[name] === value}>
                  {value}
                </option>
              ))}
            </select>
          </label>
        ))}
        <label>
          Home currency
          <input name="home_currency" required pattern="[A-Z]{3}" value={profile.home_currency} />
        </label>
        <label>
          Books closed up to
          <input type="date" name="book_close_date" value={profile.book_close_date ?? ""} />
        </label>
        <NumberField name="latency_ms" label="Delay of each response (ms)" value={profile.latency_ms} least={0} />
        <NumberField name="per_second" label="Calls a second" value={profile.limits.per_second} least={1} />
        <NumberField name="per_minute" label="Calls a minute" value={profile.limits.per_minute} least={1} />
        <NumberField
          name="batch_per_minute"
          label="Batches a minute"
          value={profile.limits.batch_per_minute}
          least={1}
        />
      </div>
      <fieldset>
        <legend>Switches</legend>
        {SWITCHES.map(([name, label]) => (
          <Switch name={name} label={label} isOn={profile[name]} />
        ))}
        <Switch name="limits_enabled" label="Throttle calls" isOn={profile.limits.enabled} />
      </fieldset>
      <button type="submit" class="primary">
        Save settings
      </button>
    </form>
  );
}

function Switch(props: { name: string; label: string; isOn: boolean }) {
  return (
    <label class="choice">
      <input type="checkbox" name={props.name} checked={props.isOn} />
      <span>{props.label}</span>
    </label>
  );
}

function NumberField(props: { name: string; label: string; value: number; least: number }) {
  return (
    <label>
      {props.label}
      <input type="number" name={props.name} required min={props.least} value={String(props.value)} />
    </label>
  );
}
