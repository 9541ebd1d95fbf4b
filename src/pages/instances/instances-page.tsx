/**
 * The list of order-system instances, and the form for a new one.
 */
import { type Context, Hono } from "hono";
import { addInstance } from "../../actions/add-instance.ts";
import { newInstance } from "../../actions/instance-settings.ts";
import type { AppEnv } from "../../app-context.ts";
import type { Connection } from "../../connections/connection.ts";
import { listConnections } from "../../connections/store.ts";
import type { Instance } from "../../instances/instance.ts";
import { listInstances } from "../../instances/store.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs, may } from "../../people/route-access.ts";
import { Badge } from "../../ui/badge.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { redirectWith } from "../parts/flash.ts";
import { byField, type FieldErrors, fieldErrorsOf, readForm } from "../parts/form.ts";
import { showPage } from "../parts/shell.tsx";
import { instanceFields } from "./instance-fields.ts";
import { NewInstanceForm, type NewInstanceFormProps } from "./instance-view.tsx";

const HERE = "/settings/instances";

export const instancesPage = new Hono<AppEnv>();

instancesPage.get(HERE, needs("read"), async (c) => {
  const [instances, connections] = await Promise.all([listInstances(c.get("db")), listConnections(c.get("db"))]);
  return showPage(c, {
    title: "Instances",
    body: <Instances instances={instances} connections={connections} mayConfigure={may(c, "configure")} />,
  });
});

instancesPage.get(`${HERE}/new`, needs("configure"), async (c) => {
  const connections = await listConnections(c.get("db"));
  const only = connections.length === 1 ? connections[0] : undefined;
  return showNew(c, { name: "", connection_id: only?.id ?? "", enabled: true, auto_invoice: false }, {});
});

instancesPage.post(HERE, needs("configure"), async (c) => {
  const fields = instanceFields(await readForm(c));
  const parsed = newInstance.safeParse({ ...fields, connection_id: fields.connection_id || null });
  if (!parsed.success) return showNew(c, fields, fieldErrorsOf(parsed.error));
  const created = await addInstance(actionContextOf(c), parsed.data);
  if (!created.ok) return showNew(c, fields, byField(created.errors));
  return redirectWith(c, `${HERE}/${created.instance.id}`, {
    tone: "good",
    text: "Saved. Give the webhook URL and the signing secret to the order system.",
  });
});

async function showNew(
  c: Context<AppEnv>,
  values: NewInstanceFormProps["values"],
  errors: FieldErrors,
): Promise<Response> {
  const connections = await listConnections(c.get("db"));
  const body = (
    <>
      <PageHead
        title="New instance"
        crumbs={{ href: HERE, label: "Instances" }}
        lead="An instance is one order system that sends its orders and invoices here."
      />
      <NewInstanceForm action={HERE} values={values} errors={errors} connections={connections} />
    </>
  );
  return showPage(c, { title: "New instance", body, status: Object.keys(errors).length > 0 ? 422 : 200 });
}

function Instances({
  instances,
  connections,
  mayConfigure,
}: {
  instances: Instance[];
  connections: Connection[];
  mayConfigure: boolean;
}) {
  return (
    <>
      <PageHead title="Instances" lead="The order systems that send orders and invoices here.">
        {mayConfigure && (
          <form method="get" action={`${HERE}/new`}>
            <button type="submit" class="button primary">
              New instance
            </button>
          </form>
        )}
      </PageHead>
      {instances.length === 0 ? (
        <EmptyState title="No order system is set up yet">
          Add your order system, choose the QuickBooks connection that its invoices go to, and give its webhook URL to
          the order system.
        </EmptyState>
      ) : (
        <section class="table-card">
          <Table
            caption="Order systems"
            rows={instances}
            columns={[
              { label: "Name", isTitle: true, cell: (row) => <a href={`${HERE}/${row.id}`}>{row.name}</a> },
              {
                label: "QuickBooks connection",
                cell: (row) =>
                  connections.find((item) => item.id === row.connectionId)?.companyName ?? (
                    <span class="muted">None</span>
                  ),
              },
              { label: "Integration", cell: (row) => <OnOff isOn={row.enabled} /> },
              { label: "Auto invoice", cell: (row) => <OnOff isOn={row.autoInvoice} /> },
            ]}
          />
        </section>
      )}
    </>
  );
}

function OnOff({ isOn }: { isOn: boolean }) {
  return <Badge tone={isOn ? "good" : "neutral"} label={isOn ? "On" : "Off"} />;
}
