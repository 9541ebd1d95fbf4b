/**
 * Form fields: a label, the control, a hint, and the error next to the field. What a person typed always comes back.
 * The control refers to hint and error with `aria-describedby`, and has `aria-invalid` when it is wrong.
 */
import type { Child } from "hono/jsx";

export interface FieldProps {
  name: string;
  label: string;
  value?: string | null | undefined;
  hint?: Child | undefined;
  error?: string | null | undefined;
  type?: "text" | "email" | "password" | "date" | "search" | "number" | undefined;
  required?: boolean | undefined;
  autocomplete?: string | undefined;
  inputmode?: "decimal" | "numeric" | "email" | "search" | "url" | undefined;
  maxlength?: number | undefined;
  /** Names for type-ahead: a native list, so it needs no JavaScript. */
  choices?: readonly string[] | undefined;
  spellcheck?: boolean | undefined;
  /** Extra attributes of the control, e.g. from `hx`. */
  control?: Record<string, string> | undefined;
  /** What its ID begins with, if a page has several fields of the name; `field` unless given. */
  idPrefix?: string | undefined;
}

export function Field(props: FieldProps) {
  const id = `${props.idPrefix ?? "field"}-${props.name}`;
  const listId = props.choices ? `${id}-choices` : undefined;
  return (
    <div class="field">
      <FieldLabel id={id} label={props.label} required={props.required} />
      <input
        id={id}
        name={props.name}
        type={props.type ?? "text"}
        value={props.value ?? ""}
        {...(props.required ? { required: true } : {})}
        {...(props.autocomplete ? { autocomplete: props.autocomplete } : {})}
        {...(props.inputmode ? { inputmode: props.inputmode } : {})}
        {...(props.maxlength ? { maxlength: props.maxlength } : {})}
        {...(listId ? { list: listId, autocomplete: "off" } : {})}
        {...(props.spellcheck === false ? { spellcheck: false } : {})}
        {...describedBy(id, props)}
        {...props.control}
      />
      {listId && (
        <datalist id={listId}>
          {props.choices?.map((choice) => (
            <option value={choice} />
          ))}
        </datalist>
      )}
      <HintAndError id={id} hint={props.hint} error={props.error} />
    </div>
  );
}

/** The mark is for the eye alone: the field itself says that it is required, and its name stays its label. */
function FieldLabel({ id, label, required }: { id: string; label: string; required?: boolean | undefined }) {
  return (
    <span class="field-label">
      <label for={id}>{label}</label>
      {required && (
        <span class="required-mark" aria-hidden="true">
          Required
        </span>
      )}
    </span>
  );
}

export interface Choice {
  value: string;
  label: string;
  hint?: string | undefined;
}

export interface SelectProps {
  name: string;
  label: string;
  value?: string | null | undefined;
  choices: readonly Choice[];
  hint?: Child | undefined;
  error?: string | null | undefined;
  required?: boolean | undefined;
  /** As for `Field`. */
  idPrefix?: string | undefined;
}

export function SelectField(props: SelectProps) {
  const id = `${props.idPrefix ?? "field"}-${props.name}`;
  return (
    <div class="field">
      <FieldLabel id={id} label={props.label} required={props.required} />
      <select id={id} name={props.name} {...(props.required ? { required: true } : {})} {...describedBy(id, props)}>
        {props.choices.map((choice) => (
          <option value={choice.value} selected={choice.value === (props.value ?? "")}>
            {choice.label}
          </option>
        ))}
      </select>
      <HintAndError id={id} hint={props.hint} error={props.error} />
    </div>
  );
}

/** One choice out of a few, all of them visible; the group's name is its legend. */
export function RadioGroup(props: SelectProps) {
  const id = `field-${props.name}`;
  return (
    <fieldset class="field radio-group" role="radiogroup" aria-labelledby={`${id}-legend`} {...describedBy(id, props)}>
      <legend id={`${id}-legend`}>{props.label}</legend>
      {props.choices.map((choice) => (
        <RadioChoice choice={choice} group={props} />
      ))}
      <HintAndError id={id} hint={props.hint} error={props.error} />
    </fieldset>
  );
}

/** The hint is below the label, not in it, so the choice keeps the name that people look for. */
function RadioChoice({ choice, group }: { choice: Choice; group: SelectProps }) {
  const id = `field-${group.name}-${choice.value}`;
  return (
    <div class="radio">
      <input
        type="radio"
        id={id}
        name={group.name}
        value={choice.value}
        checked={choice.value === group.value}
        {...(choice.hint ? { "aria-describedby": `${id}-hint` } : {})}
      />
      <div>
        <label for={id}>{choice.label}</label>
        {choice.hint && (
          <p class="hint" id={`${id}-hint`}>
            {choice.hint}
          </p>
        )}
      </div>
    </div>
  );
}

function HintAndError({ id, hint, error }: { id: string; hint?: Child; error?: string | null | undefined }) {
  return (
    <>
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
    </>
  );
}

function describedBy(
  id: string,
  { hint, error }: { hint?: Child; error?: string | null | undefined },
): Record<string, string> {
  const ids = [...(error ? [`${id}-error`] : []), ...(hint ? [`${id}-hint`] : [])];
  return {
    ...(ids.length > 0 ? { "aria-describedby": ids.join(" ") } : {}),
    ...(error ? { "aria-invalid": "true" } : {}),
  };
}
