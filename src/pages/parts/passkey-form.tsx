/**
 * A form that is sent with a passkey: public/passkeys.js asks the browser for one and fills the hidden field. Without
 * JavaScript there is no such thing, so the form is not shown.
 */
import type { Child } from "hono/jsx";
import { useNonce } from "../../ui/nonce.ts";

export interface PasskeyFormProps {
  action: string;
  /** The button. */
  label: string;
  /** Whether a passkey is made or used. */
  does: "create" | "get";
  challenge: string;
  /** The field that carries the browser's answer. */
  field: string;
  /** IDs of passkeys: those that may be used (none: any), or that exist already. */
  passkeys?: readonly string[];
  /** For a new one: whose it is. */
  user?: { id: string; email: string };
  isPrimary?: boolean;
  /** Hidden fields that the form carries along. */
  children?: Child;
}

export function PasskeyForm({ does, passkeys = [], user, ...props }: PasskeyFormProps) {
  const whose = user ? { "data-user-id": user.id, "data-user-name": user.email } : {};
  return (
    <form
      method="post"
      action={props.action}
      class="js-only passkey-form"
      data-passkey={does}
      data-challenge={props.challenge}
      data-passkeys={passkeys.join(" ")}
      {...whose}
    >
      {props.children}
      <input type="hidden" name={props.field} value="" data-passkey-answer />
      <button type="submit" class={props.isPrimary ? "button primary" : "button"}>
        {props.label}
      </button>
      <p class="field-error" role="alert" data-passkey-fault hidden />
      <script src="/built/passkeys.js" nonce={useNonce()} defer />
    </form>
  );
}
