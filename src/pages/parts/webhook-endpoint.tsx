/**
 * An address that messages are posted to, as pages show it: what it is notified of, and its signing secret with the
 * buttons that show, rotate and test it. Alerts, an order system's events and its webhook share it. Only markup: it
 * reads nothing and decides nothing. A page may hold two of them, and people find buttons by name, so each brings its
 * own words.
 */
import { CopyField } from "../../ui/copy-text.tsx";
import { Field } from "../../ui/field.tsx";
import { ReadOnlyUnless } from "../../ui/readonly.tsx";
import { SwitchField } from "../../ui/switch.tsx";
import type { FieldErrors } from "./form.ts";

const MAX_ADDRESS_CHARS = 2_000;

/** The form's values: the address as typed, and the names of the events. */
export interface EndpointValues {
  address: string;
  events: readonly string[];
}

export interface EndpointFormProps {
  /** What the form posts to. */
  action: string;
  values: EndpointValues;
  errors: FieldErrors;
  address: { label: string; hint: string };
  /** Heading above the switches. */
  heading?: string;
  events: readonly { name: string; label: string; hint: string }[];
  save: { label: string; isPrimary?: boolean };
  mayConfigure: boolean;
  /** Whether it is a card of its own, or part of one. */
  isCard?: boolean;
}

/** Where messages go, and which. */
export function EndpointForm(props: EndpointFormProps) {
  const { action, values, errors, address, heading, events, save, mayConfigure, isCard } = props;
  return (
    <form method="post" action={action} {...(isCard ? { class: "card" } : {})} novalidate>
      <ReadOnlyUnless isAllowed={mayConfigure} why="Only an admin can change this.">
        <div class="form">
          <Field
            name="address"
            label={address.label}
            value={values.address}
            error={errors["address"]}
            hint={address.hint}
            inputmode="url"
            maxlength={MAX_ADDRESS_CHARS}
            spellcheck={false}
          />
          {heading && <h2>{heading}</h2>}
          {events.map(({ name, label, hint }) => (
            <SwitchField
              id={`switch-${name.replace(".", "-")}`}
              name={name}
              label={label}
              hint={hint}
              isOn={values.events.includes(name)}
            />
          ))}
          <div class="card-actions">
            <button type="submit" class={save.isPrimary ? "button primary" : "button"}>
              {save.label}
            </button>
          </div>
        </div>
      </ReadOnlyUnless>
    </form>
  );
}

/** A button in a form of its own, posted to `path` below the endpoint's base path. */
export interface EndpointButton {
  path: string;
  label: string;
}

export interface EndpointSecretProps {
  /** Unique on the page. */
  id: string;
  /** Base path of the routes `reveal-secret` and `rotate-secret`. */
  base: string;
  /** The secret, only if somebody asked to see it. */
  secret: string | null;
  words: { label: string; hint: string; reveal: string; rotate: string; rotateHint: string };
  /** Buttons before and after the secret's own. */
  before?: readonly EndpointButton[];
  after?: readonly EndpointButton[];
  mayConfigure: boolean;
}

/** The secret, if it is shown, and the buttons. */
export function EndpointSecret({ id, base, secret, words, before, after, mayConfigure }: EndpointSecretProps) {
  return (
    <>
      {secret && <CopyField id={id} label={words.label} value={secret} hint={words.hint} />}
      {mayConfigure && (
        <>
          <div class="card-actions">
            <Buttons base={base} buttons={before} />
            {!secret && <Buttons base={base} buttons={[{ path: "reveal-secret", label: words.reveal }]} />}
            <form method="post" action={`${base}/rotate-secret`}>
              <button type="submit" class="button" aria-describedby={`${id}-rotation`}>
                {words.rotate}
              </button>
            </form>
            <Buttons base={base} buttons={after} />
          </div>
          <p class="hint" id={`${id}-rotation`}>
            {words.rotateHint}
          </p>
        </>
      )}
    </>
  );
}

function Buttons({ base, buttons = [] }: { base: string; buttons?: readonly EndpointButton[] | undefined }) {
  return (
    <>
      {buttons.map(({ path, label }) => (
        <form method="post" action={`${base}/${path}`}>
          <button type="submit" class="button">
            {label}
          </button>
        </form>
      ))}
    </>
  );
}
