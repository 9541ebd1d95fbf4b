/**
 * Text that people copy to another place: an address, a key, a command. It can be read and selected without JavaScript;
 * the Copy button appears only where it works, and its result is announced.
 */
export function CopyField({ id, label, value, hint }: { id: string; label: string; value: string; hint?: string }) {
  return (
    <div class="field" data-copies>
      <label for={id} id={`${id}-label`}>
        {label}
      </label>
      <div class="copy-row">
        <input
          id={id}
          type="text"
          readonly
          value={value}
          class="code"
          spellcheck={false}
          autocomplete="off"
          {...(hint ? { "aria-describedby": `${id}-hint` } : {})}
        />
        <CopyButton from={id} describedBy={`${id}-label`} />
      </div>
      <CopyResult />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function CopyBlock({ id, label, value }: { id: string; label: string; value: string }) {
  return (
    <div class="copy-block" data-copies>
      <p class="small muted" id={`${id}-label`}>
        {label}
      </p>
      <CopyButton from={id} describedBy={`${id}-label`} />
      <pre id={id} class="code" tabindex={0} role="region" aria-labelledby={`${id}-label`}>
        {value}
      </pre>
      <CopyResult />
    </div>
  );
}

function CopyButton({ from, describedBy }: { from: string; describedBy: string }) {
  return (
    <button type="button" class="button small js-only" data-copy={from} aria-describedby={describedBy}>
      Copy
    </button>
  );
}

/**
 * Where app.js says that the text was copied, or why not. Present from the start, because a live region added later is
 * not announced.
 */
export function CopyResult() {
  return <p class="hint visually-hidden" aria-live="polite" data-copy-result />;
}
