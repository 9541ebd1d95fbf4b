import { describe, expect, it } from "vitest";
import { Badge, ErrorText } from "../../src/ui/badge.tsx";
import { BarChart, niceCeiling } from "../../src/ui/chart.tsx";
import { ConfirmButton, ConfirmPage } from "../../src/ui/dialog.tsx";
import { Field, RadioGroup } from "../../src/ui/field.tsx";
import { hx } from "../../src/ui/hx.ts";
import { Frame } from "../../src/ui/layout.tsx";
import { Live } from "../../src/ui/live.tsx";
import { Pagination } from "../../src/ui/pagination.tsx";
import { type Markup, render } from "../../src/ui/respond.tsx";
import { SwitchForm } from "../../src/ui/switch.tsx";
import { Table } from "../../src/ui/table.tsx";

const NONCE = "nonce-of-this-answer";
const text = (markup: Markup) => render(NONCE, markup);

describe("error badge", () => {
  const error = {
    title: "Rejected by QuickBooks",
    message: "The number 17 <is> taken.",
    remedy: "Use another one.",
    code: "6140",
    traceId: "1-abc",
  };

  it("is a button whose whole text is in the document and tied to it", async () => {
    const html = await text(
      <Badge tone="bad" label="Failed" id="b1">
        <ErrorText error={error} />
      </Badge>,
    );
    expect(html).toMatch(/<button type="button"[^>]* aria-describedby="b1">Failed<\/button>/);
    expect(html).toMatch(/role="tooltip" id="b1"/);
    for (const words of [
      "Rejected by QuickBooks",
      "The number 17 &lt;is&gt; taken.",
      "What to do: ",
      "Use another one.",
      "6140",
      "1-abc",
    ])
      expect(html).toContain(words);
    expect(html).not.toContain(" title=");
  });

  it("is plain text where it has nothing to add", async () => {
    expect(await text(<Badge tone="good" label="Sent" id="b2" />)).toBe('<span class="badge badge-good">Sent</span>');
  });
});

describe("fields", () => {
  it("keep what was typed and point at hint and error", async () => {
    const html = await text(
      <Field
        name="customer_name"
        label="Customer name"
        value={'A "B" & <C>'}
        hint="As in QuickBooks."
        error="Too long."
        choices={["One", "Two"]}
      />,
    );
    expect(html).toContain('value="A &quot;B&quot; &amp; &lt;C&gt;"');
    expect(html).toContain('<label for="field-customer_name">Customer name</label>');
    expect(html).toContain('aria-describedby="field-customer_name-error field-customer_name-hint"');
    expect(html).toContain('aria-invalid="true"');
    expect(html).toContain('list="field-customer_name-choices"');
    expect(html).toContain('<option value="Two">');
  });

  it("say nothing of an error where there is none", async () => {
    const html = await text(<Field name="n" label="Name" />);
    expect(html).not.toContain("aria-invalid");
    expect(html).not.toContain("aria-describedby");
  });

  it("name a radio group by its legend and mark one choice", async () => {
    const html = await text(
      <RadioGroup
        name="mode"
        label="Customer"
        value="b"
        choices={[
          { value: "a", label: "A" },
          { value: "b", label: "B" },
        ]}
      />,
    );
    expect(html).toContain('role="radiogroup" aria-labelledby="field-mode-legend"');
    expect(html.match(/checked=""/g)).toHaveLength(1);
    expect(html).toMatch(/value="b" checked=""/);
  });
});

describe("switch", () => {
  it("is a form with a button where JavaScript is off, and carries nothing but itself", async () => {
    const html = await text(
      <SwitchForm id="s" action="/x/switches" name="enabled" label="Enable integration" isOn target="#switches" />,
    );
    expect(html).toContain('<form method="post" action="/x/switches"');
    expect(html).toMatch(/<input type="checkbox" role="switch"[^>]* name="enabled" value="true"[^>]* checked=""/);
    expect(html).toMatch(/<noscript><button type="submit"/);
    expect(html.match(/name="/g)).toHaveLength(2);
  });
});

describe("htmx attributes", () => {
  it("carry the nonce of the answer, odd names included", async () => {
    const Probe = () => <div {...hx({ get: "/a", trigger: "every 2s", status: { "422": "target:#errors" } })} />;
    const html = await text(<Probe />);
    expect(html).toBe(
      `<div hx-nonce="${NONCE}" hx-get="/a" hx-trigger="every 2s" hx-status:422="target:#errors"></div>`,
    );
  });

  it("stop a part that has nothing under way from asking again", async () => {
    const moving = await text(<Live id="l" url="/a" pace="fast" />);
    const still = await text(<Live id="l" url="/a" pace="no" />);
    expect(moving).toContain('hx-trigger="every 2s"');
    expect(still).not.toContain("hx-");
  });
});

describe("tables", () => {
  const table = (
    <Table
      caption="Invoices"
      rows={[{ number: "17", total: "5" }]}
      columns={[
        { label: "Number", isTitle: true, cell: (row) => row.number },
        { label: "Total", isNumber: true, cell: (row) => row.total },
        { label: "", hiddenLabel: "Actions", cell: () => "x" },
      ]}
    />
  );

  it("say what they are even when laid out as cards, and name each cell's column there", async () => {
    const html = await text(table);
    for (const role of ["table", "rowgroup", "row", "columnheader", "cell"]) expect(html).toContain(`role="${role}"`);
    expect(html).toContain('data-label="Total"');
    expect(html).not.toContain('data-label=""');
    expect(html).toContain('<span class="visually-hidden">Actions</span>');
  });
});

describe("dialogs", () => {
  const question = {
    id: "q",
    title: "Disconnect QuickBooks?",
    action: "/do",
    confirmLabel: "Disconnect",
    hidden: { a: "1" },
    isDanger: true,
  };

  it("ask with Cancel first, and lead to a page where JavaScript is off", async () => {
    const html = await text(<ConfirmButton {...question} openLabel="Disconnect" fallback="/ask" />);
    expect(html).toContain('<form method="get" action="/ask" class="inline" data-opens="q">');
    expect(html.indexOf(">Cancel<")).toBeLessThan(html.indexOf('<form method="post" action="/do"'));
    expect(html).toMatch(/autofocus=""[^>]*>Cancel</);
    expect(html).toContain('aria-labelledby="q-title"');
  });

  it("ask the same on a page of their own", async () => {
    const html = await text(<ConfirmPage {...question} cancelHref="/back" />);
    expect(html).toMatch(/<dialog open=""/);
    expect(html).toContain('<input type="hidden" name="a" value="1"/>');
    expect(html).toContain('href="/back"');
  });
});

describe("chart", () => {
  it("has its figures in a table, and no inline style", async () => {
    const html = await text(
      <BarChart title="By day" goodLabel="sent" badLabel="refused" buckets={[{ label: "1 Nov", good: 7, bad: 2 }]} />,
    );
    expect(html).toContain("<caption>By day</caption>");
    expect(html).toMatch(/<th scope="row">1 Nov<\/th><td>7<\/td><td>2<\/td>/);
    expect(html).not.toContain("style=");
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 5],
    [7, 10],
    [11, 20],
    [41, 50],
    [99, 100],
    [101, 200],
  ])("rounds %i up to %i for its axis", (value, ceiling) => {
    expect(niceCeiling(value)).toBe(ceiling);
  });
});

describe("frame", () => {
  it("gives every script the nonce and runs nothing inline", async () => {
    const html = await text(
      <Frame
        title="Invoices"
        path="/invoices"
        navigation={[{ label: null, items: [{ href: "/invoices", label: "Invoices", icon: "invoice" }] }]}
        signedInAs="a@example.com"
      />,
    );
    const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    expect(scripts.length).toBeGreaterThan(0);
    for (const tag of scripts) {
      expect(tag).toContain(`nonce="${NONCE}"`);
      expect(tag).toContain('src="/');
    }
    expect(html).not.toMatch(/ on[a-z]+="/);
    expect(html).toContain('aria-current="page"');
    expect(html).toContain(">Sign out</button>");
    expect(html).toContain('href="#main"');
  });
});

describe("pagination", () => {
  it("shows only the ways that there are", async () => {
    expect(await text(<Pagination label="Pages" previous={null} next={null} />)).toBe("");
    const last = await text(<Pagination label="Pages" previous="/p" next={null} />);
    expect(last).toContain(">Previous</a>");
    expect(last).not.toContain("Next");
  });
});
