/**
 * The list of QuickBooks companies that are, or were, connected.
 */
import { Hono } from "hono";
import type { AppEnv } from "../../app-context.ts";
import type { Connection } from "../../connections/connection.ts";
import { listConnections } from "../../connections/store.ts";
import { needs, may } from "../../people/route-access.ts";
import { Badge } from "../../ui/badge.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { showPage } from "../parts/shell.tsx";
import { ConnectButton, ConnectionStateBadge } from "./connection-state.tsx";

export const connectionsPage = new Hono<AppEnv>();

connectionsPage.get("/settings/quickbooks", needs("read"), async (c) => {
  const connections = await listConnections(c.get("db"));
  const mayConfigure = may(c, "configure");
  return showPage(c, {
    title: "QuickBooks Online",
    body: <Connections connections={connections} mayConfigure={mayConfigure} />,
  });
});

function Connections({ connections, mayConfigure }: { connections: Connection[]; mayConfigure: boolean }) {
  return (
    <>
      <PageHead title="QuickBooks Online" lead="The QuickBooks companies that invoices go to.">
        {mayConfigure && <ConnectButton isPrimary={connections.length === 0} />}
      </PageHead>
      {connections.length === 0 ? (
        <EmptyState title="No company is connected yet">
          Connect to QuickBooks: you sign in at Intuit, choose the company and allow Bookbridge to work in it. Nothing
          is sent before you say so.
        </EmptyState>
      ) : (
        <section class="table-card">
          <Table
            caption="Connected companies"
            rows={connections}
            columns={[
              {
                label: "Company",
                isTitle: true,
                cell: (row) => <a href={`/settings/quickbooks/${row.id}`}>{row.companyName}</a>,
              },
              { label: "State", cell: (row) => <ConnectionStateBadge connection={row} /> },
              { label: "Realm ID", cell: (row) => <span class="code">{row.realmId}</span> },
              {
                label: "Integration",
                cell: (row) => <Badge tone={row.enabled ? "good" : "neutral"} label={row.enabled ? "On" : "Off"} />,
              },
              {
                label: "Auto invoice",
                cell: (row) => (
                  <Badge tone={row.autoInvoice ? "good" : "neutral"} label={row.autoInvoice ? "On" : "Off"} />
                ),
              },
            ]}
          />
        </section>
      )}
    </>
  );
}
