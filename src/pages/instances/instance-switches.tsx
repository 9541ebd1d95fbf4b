/**
 * An instance's switches, which act at once on the saved settings, as on a connection's page. Only markup.
 */
import type { Connection } from "../../connections/connection.ts";
import type { Instance } from "../../instances/instance.ts";
import { PartialResponse } from "../../ui/partial-response.tsx";
import { ReadOnlyUnless } from "../../ui/readonly.tsx";
import { SwitchForm } from "../../ui/switch.tsx";
import { SwitchResult, type TurnedResult } from "../parts/switch-result.tsx";

/** The switches by the name of their value: label, and what is on or off. */
export const INSTANCE_SWITCHES = {
  enabled: { id: "switch-enabled", label: "Enable", word: "The integration of this instance" },
  auto_invoice: { id: "switch-auto-invoice", label: "Auto invoice", word: "Auto invoice" },
} as const;
export type InstanceSwitch = keyof typeof INSTANCE_SWITCHES;

export const ENABLE_HINT = "Off: nothing from this instance is sent to QuickBooks.";
export const AUTO_HINT = "On: invoices are sent as they arrive, if the connection's Auto invoice is on too.";

export interface InstanceSwitchesProps {
  instance: Instance;
  /** The instance's connection, whose switches count too. */
  connection: Connection | null;
  /** Only admins may turn them. */
  mayConfigure: boolean;
  /** The result of the last switch. */
  result?: TurnedResult | undefined;
}

export function InstanceSwitches(props: InstanceSwitchesProps) {
  return (
    <>
      <Switches {...props} />
      <div id="switch-result" aria-live="polite">
        <SwitchResult result={props.result} />
      </div>
    </>
  );
}

/** The response to a switch: the switches as they are now, and the result. */
export function TurnedInstanceSwitches(props: InstanceSwitchesProps) {
  return (
    <>
      <Switches {...props} />
      <PartialResponse target="#switch-result">
        <SwitchResult result={props.result} />
      </PartialResponse>
    </>
  );
}

function Switches({ instance, connection, mayConfigure }: InstanceSwitchesProps) {
  const shared = { action: `/settings/instances/${instance.id}/switches`, target: "#switches" };
  const { enabled, auto_invoice: autoInvoice } = INSTANCE_SWITCHES;
  return (
    <div class="stack" id="switches">
      <ReadOnlyUnless isAllowed={mayConfigure} why="Only an admin can change these.">
        <SwitchForm {...shared} {...enabled} name="enabled" isOn={instance.enabled} hint={ENABLE_HINT} />
        <SwitchForm
          {...shared}
          {...autoInvoice}
          name="auto_invoice"
          isOn={instance.autoInvoice}
          hint={<AutoHint connection={connection} />}
        />
      </ReadOnlyUnless>
    </div>
  );
}

/** Which of the two Auto invoice switches is the reason that nothing is sent by itself. */
function AutoHint({ connection }: Pick<InstanceSwitchesProps, "connection">) {
  if (connection === null || (connection.enabled && connection.autoInvoice)) return <>{AUTO_HINT}</>;
  const off = connection.enabled ? "Auto invoice" : "Enable integration";
  return (
    <>
      {`${AUTO_HINT} ${off} of `}
      <a href={`/settings/quickbooks/${connection.id}`}>{connection.companyName}</a> is off at present.
    </>
  );
}
