/**
 * The steps from an empty app to the first invoice in QuickBooks; the list disappears when the last one is done.
 */
import type { StatusReport } from "../../actions/status-report.ts";

export interface Step {
  label: string;
  hint: string;
  href: string;
  action: string;
  isDone: boolean;
}

/** The steps and whether each is done; empty once all are. */
export function firstSteps(report: StatusReport, isConfigured: boolean): Step[] {
  const connection = report.connections[0];
  const instance = report.instances.find((item) => item.connection_id !== null) ?? report.instances[0];
  const settings = connection ? `/settings/quickbooks/${connection.id}` : "/settings/quickbooks";
  const total = Object.values(report.invoices).reduce((sum, count) => sum + count, 0);
  const steps: Step[] = [
    {
      label: "Connect to QuickBooks",
      hint: "Choose the company that invoices go to.",
      href: "/settings/quickbooks",
      action: "Connect",
      isDone: connection !== undefined,
    },
    {
      label: "Save the settings",
      hint: "Customer, accounts and product defaults.",
      href: settings,
      action: "Open settings",
      isDone: isConfigured,
    },
    {
      label: "Set up an order system",
      hint: "Add your order system and choose its QuickBooks connection.",
      href: instance ? `/settings/instances/${instance.id}` : "/settings/instances/new",
      action: instance ? "Open instance" : "New instance",
      isDone: report.instances.some((item) => item.connection_id !== null),
    },
    {
      label: "Receive the first order",
      hint: "Send a sample order, or give the webhook URL to the order system.",
      href: instance ? `/settings/instances/${instance.id}#sample-order` : "/settings/instances",
      action: "Open instance",
      isDone: total > 0 || report.instances.some((item) => item.last_delivery_at !== null),
    },
    {
      label: "Send the first invoice",
      hint: "Create an invoice on Fulfillment. With Auto invoice on it is sent; otherwise select it under Invoices and send it.",
      href: total > 0 ? "/invoices" : "/fulfillment",
      action: total > 0 ? "Open invoices" : "Open Fulfillment",
      isDone: (report.invoices["sent"] ?? 0) > 0 || report.last_success_at !== null,
    },
  ];
  return steps.every((step) => step.isDone) ? [] : steps;
}

export function FirstSteps({ steps }: { steps: Step[] }) {
  const next = steps.findIndex((step) => !step.isDone);
  return (
    <section class="card" aria-labelledby="steps-title">
      <h2 id="steps-title">First steps</h2>
      <ol class="steps">
        {steps.map((step, index) => (
          <li class={step.isDone ? "step-done" : index === next ? "step-next" : ""}>
            <span class="step-mark" aria-hidden="true">
              {step.isDone ? "✓" : String(index + 1)}
            </span>
            <span>
              <strong>{step.label}</strong>
              {step.isDone && <span class="visually-hidden"> (done)</span>}
              <br />
              <span class="hint">{step.hint}</span>
            </span>
            {index === next && (
              <a class="button primary" href={step.href}>
                {step.action}
              </a>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
