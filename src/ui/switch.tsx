/**
 * On or off. `SwitchForm` acts immediately and carries nothing but its own value, so it can't lose what is typed
 * elsewhere; without JavaScript it shows a button. `SwitchField` is one field of a larger form.
 */
import type { Child } from "hono/jsx";
import { hx } from "./hx.ts";

export interface SwitchFormProps {
  /** Unique on the page. */
  id: string;
  /** What the form posts to. */
  action: string;
  /** Name of the value: `true`, or absent when off. */
  name: string;
  label: string;
  isOn: boolean;
  hint?: Child | undefined;
  error?: string | null | undefined;
  /** What the response replaces: the switches with their notice. */
  target: string;
}

export function SwitchForm(props: SwitchFormProps) {
  return (
    <form
      method="post"
      action={props.action}
      class="switch-row"
      {...hx({
        post: props.action,
        trigger: "change",
        target: props.target,
        swap: "outerHTML",
        sync: "this:queue last",
      })}
    >
      <input type="hidden" name="switch" value={props.name} />
      <SwitchControl {...props} />
      <noscript>
        <button type="submit" class="button small">{`Save ${props.label}`}</button>
      </noscript>
    </form>
  );
}

export function SwitchField(props: Omit<SwitchFormProps, "action" | "target">) {
  return (
    <div class="switch-row">
      <SwitchControl {...props} />
    </div>
  );
}

function SwitchControl({ id, name, label, isOn, hint, error }: Omit<SwitchFormProps, "action" | "target">) {
  const described = [...(error ? [`${id}-error`] : []), ...(hint ? [`${id}-hint`] : [])].join(" ");
  return (
    <div class="switch-body">
      <input
        type="checkbox"
        role="switch"
        class="switch"
        id={id}
        name={name}
        value="true"
        autocomplete="off"
        checked={isOn}
        {...(described ? { "aria-describedby": described } : {})}
        {...(error ? { "aria-invalid": "true" as const } : {})}
      />
      <div>
        <label for={id}>{label}</label>
        {hint && (
          <p class="hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
        {error && (
          <p class="field-error" id={`${id}-error`}>
            {error}
          </p>
        )}
      </div>
    </div>
  );
}
