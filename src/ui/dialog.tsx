/**
 * Asks before something that is hard to undo. The button opens a `<dialog>`; without JavaScript, the same button leads
 * to a page with the same question. Cancel comes first and has the focus: the safe side is the default.
 */
import type { Child } from "hono/jsx";

export interface ConfirmProps {
  /** Unique on the page. */
  id: string;
  /** The question, which is also the dialog's accessible name. */
  title: string;
  /** What the confirming form posts to. */
  action: string;
  confirmLabel: string;
  /** What will happen. */
  children?: Child | undefined;
  /** Extra fields that the form carries. */
  hidden?: Record<string, string> | undefined;
  isDanger?: boolean | undefined;
}

/** The button that opens the dialog; `fallback` is the page that asks the same question. */
export function ConfirmButton(props: ConfirmProps & { openLabel: string; fallback: string; openClass?: string }) {
  return (
    <>
      <form method="get" action={props.fallback} class="inline" data-opens={props.id}>
        <HiddenFields fields={props.hidden} />
        <button
          type="submit"
          class={props.openClass ?? (props.isDanger ? "button danger-quiet" : "button")}
          aria-haspopup="dialog"
        >
          {props.openLabel}
        </button>
      </form>
      <dialog id={props.id} class="dialog" aria-labelledby={`${props.id}-title`} aria-describedby={`${props.id}-text`}>
        <h2 id={`${props.id}-title`}>{props.title}</h2>
        <div id={`${props.id}-text`}>{props.children}</div>
        <div class="dialog-actions">
          <form method="dialog">
            <button type="submit" class="button" autofocus>
              Cancel
            </button>
          </form>
          <ConfirmForm {...props} />
        </div>
      </dialog>
    </>
  );
}

/** The same question as the main part of its own page; a wide one has room for a table. */
export function ConfirmPage(props: ConfirmProps & { cancelHref: string; isWide?: boolean }) {
  return (
    <dialog
      open
      id={props.id}
      class={props.isWide ? "dialog dialog-page dialog-wide" : "dialog dialog-page"}
      aria-labelledby={`${props.id}-title`}
      aria-describedby={`${props.id}-text`}
    >
      <h1 id={`${props.id}-title`}>{props.title}</h1>
      <div id={`${props.id}-text`}>{props.children}</div>
      <div class="dialog-actions">
        <a class="button" href={props.cancelHref} autofocus>
          Cancel
        </a>
        <ConfirmForm {...props} />
      </div>
    </dialog>
  );
}

/** Fields among the children belong to it by its ID, `<id>-form`. */
function ConfirmForm({ id, action, confirmLabel, hidden, isDanger }: ConfirmProps) {
  return (
    <form method="post" action={action} id={`${id}-form`}>
      <HiddenFields fields={hidden} />
      <button type="submit" class={isDanger ? "button danger" : "button primary"}>
        {confirmLabel}
      </button>
    </form>
  );
}

function HiddenFields({ fields }: { fields: Record<string, string> | undefined }) {
  return (
    <>
      {Object.entries(fields ?? {}).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
