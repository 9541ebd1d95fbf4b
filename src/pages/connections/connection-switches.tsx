/**
 * A connection's switches, which act immediately on the saved settings. Only markup: it reads nothing and decides
 * nothing.
 */
import type { Connection } from "../../connections/connection.ts";
import { fieldsWith, hintOf, type SettingField, settingOf, settingsOf } from "../../connections/settings.ts";
import { PartialResponse } from "../../ui/partial-response.tsx";
import { ReadOnlyUnless } from "../../ui/readonly.tsx";
import { SwitchForm } from "../../ui/switch.tsx";
import { SwitchResult, type TurnedResult } from "../parts/switch-result.tsx";

const ADMIN_ONLY = "Only an admin can change these.";

export interface SwitchesProps {
  connection: Connection;
  /** Only admins may turn them. */
  mayConfigure: boolean;
  /** The result of the last switch. */
  result?: TurnedResult | undefined;
}

/**
 * The card with the switches. The result of a switch appears in a live region that stays on the page, so it is
 * announced.
 */
export function SwitchesCard(props: SwitchesProps) {
  return (
    <section class="card" aria-labelledby="switches-title">
      <h2 id="switches-title">Integration</h2>
      <ConnectionSwitches {...props} />
      <div id="switch-result" aria-live="polite">
        <SwitchResult result={props.result} />
      </div>
    </section>
  );
}

/** The response to a switch: the switches as they are now, and the result. */
export function TurnedSwitches(props: SwitchesProps) {
  return (
    <>
      <ConnectionSwitches {...props} />
      <PartialResponse target="#switch-result">
        <SwitchResult result={props.result} />
      </PartialResponse>
    </>
  );
}

function ConnectionSwitches({ connection, mayConfigure }: SwitchesProps) {
  const action = `/settings/quickbooks/${connection.id}/switches`;
  const saved = settingsOf(connection);
  return (
    <div class="stack" id="switches">
      <ReadOnlyUnless isAllowed={mayConfigure} why={ADMIN_ONLY}>
        {fieldsWith("switch").map((field) => {
          const { label } = settingOf(field);
          return (
            <SwitchForm
              id={`switch-${field.replaceAll("_", "-")}`}
              action={action}
              name={field}
              label={label}
              isOn={saved[field] === true}
              hint={hintOf(field, connection.company)}
              target="#switches"
            />
          );
        })}
      </ReadOnlyUnless>
    </div>
  );
}

/** What the page says is on or off, e.g. 'Integration'. */
export function switchWord(field: SettingField): string {
  const { label, control } = settingOf(field);
  return control.kind === "switch" ? control.word : label;
}
