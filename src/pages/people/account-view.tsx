/**
 * The parts of one's own account: password, passkeys, sessions.
 */
import { browserWords } from "../../people/browser-words.ts";
import { PASSWORD_HINT } from "../../people/new-password.ts";
import type { Passkey } from "../../people/passkeys.ts";
import type { SessionEntry } from "../../people/sessions.ts";
import { Field } from "../../ui/field.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { Instant } from "../../ui/time.tsx";
import type { FieldErrors } from "../parts/form.ts";
import { PasskeyForm } from "../parts/passkey-form.tsx";

export interface AccountProps {
  /** The page's path, which its forms post below. */
  here: string;
  userId: string;
  email: string;
  hasPassword: boolean;
  /** Whether Cloudflare Access signs people in here. */
  hasAccess: boolean;
  passkeys: Passkey[];
  /** For a new passkey; null where nobody signs in by one. */
  challenge: string | null;
  sessions: SessionEntry[];
  /** Of the session that looks. */
  ownHash: string | null;
  now: Date;
  errors: FieldErrors;
}

export function AccountView(props: AccountProps) {
  return (
    <>
      <PageHead title="Your account" lead={props.email} />
      <section class="card">
        <h2>Password</h2>
        {props.hasPassword ? <PasswordForm {...props} /> : <p>{wordsWithoutPassword(props)}</p>}
      </section>
      {props.challenge !== null && <Passkeys {...props} challenge={props.challenge} />}
      <Sessions {...props} />
    </>
  );
}

function wordsWithoutPassword({ hasAccess }: AccountProps): string {
  return hasAccess
    ? "You come in through Cloudflare Access, so there is no password here to change."
    : "You sign in with a passkey, so there is no password here to change.";
}

/** What was typed never comes back: passwords are not put into pages. */
function PasswordForm({ here, email, errors }: AccountProps) {
  return (
    <form method="post" action={here} class="form" novalidate>
      <input type="hidden" name="email" value={email} autocomplete="username" />
      <Field
        name="current_password"
        label="Current password"
        type="password"
        error={errors["current_password"]}
        autocomplete="current-password"
        required
      />
      <Field
        name="new_password"
        label="New password"
        type="password"
        error={errors["new_password"]}
        hint={`${PASSWORD_HINT} You will be signed out in all other browsers.`}
        autocomplete="new-password"
        required
      />
      <div class="card-actions">
        <button type="submit" class="button primary">
          Change password
        </button>
      </div>
    </form>
  );
}

function Passkeys({ here, userId, email, passkeys, challenge, now }: AccountProps & { challenge: string }) {
  return (
    <section class="card">
      <div class="card-head">
        <h2>Passkeys</h2>
        <PasskeyForm
          action={`${here}/passkeys`}
          label="Add a passkey"
          does="create"
          challenge={challenge}
          field="passkey"
          passkeys={passkeys.map((passkey) => passkey.id)}
          user={{ id: userId, email }}
        />
      </div>
      <p class="muted">
        Sign in with your fingerprint, face or PIN instead of a password. A passkey can't be guessed, and works on no
        other site than this one.
      </p>
      {passkeys.length > 0 && (
        <Table
          caption="Your passkeys"
          rows={passkeys}
          columns={[
            { label: "Added in", isTitle: true, cell: (passkey) => passkey.name },
            { label: "Added", cell: (passkey) => <Instant at={passkey.createdAt} now={now} /> },
            {
              label: "Last used",
              cell: (passkey) => (passkey.lastUsedAt ? <Instant at={passkey.lastUsedAt} now={now} /> : "never"),
            },
            {
              label: "",
              hiddenLabel: "Actions",
              isTight: true,
              cell: (passkey) => (
                <form method="post" action={`${here}/passkeys/remove`}>
                  <input type="hidden" name="passkey" value={passkey.id} />
                  <button type="submit" class="button small danger-quiet">
                    Remove
                  </button>
                </form>
              ),
            },
          ]}
        />
      )}
    </section>
  );
}

function Sessions({ here, sessions, ownHash, now }: AccountProps) {
  return (
    <section class="card">
      <div class="card-head">
        <h2>Sessions</h2>
        {sessions.some((session) => session.hash !== ownHash) && (
          <form method="post" action={`${here}/sessions/end-others`}>
            <button type="submit" class="button">
              End all others
            </button>
          </form>
        )}
      </div>
      <p class="muted">
        Where you are signed in. A session ends when it is not used for 12 hours, and after 14 days at the latest.
      </p>
      {sessions.length > 0 && (
        <Table
          caption="Your sessions"
          rows={sessions}
          columns={[
            { label: "Where", isTitle: true, cell: (session) => <Where session={session} ownHash={ownHash} /> },
            { label: "Signed in", cell: (session) => <Instant at={session.createdAt} now={now} /> },
            { label: "Last used", cell: (session) => <Instant at={session.seenAt} now={now} /> },
            {
              label: "",
              hiddenLabel: "Actions",
              isTight: true,
              cell: (session) => (
                <form method="post" action={`${here}/sessions/end`}>
                  <input type="hidden" name="session" value={session.hash} />
                  <button type="submit" class="button small">
                    End session
                  </button>
                </form>
              ),
            },
          ]}
        />
      )}
    </section>
  );
}

function Where({ session, ownHash }: { session: SessionEntry; ownHash: string | null }) {
  return (
    <>
      {browserWords(session.agent)} {session.hash === ownHash && <span class="muted">(this browser)</span>}
      {session.address !== null && <span class="muted small account-place">{session.address}</span>}
    </>
  );
}
