/**
 * The question before a person is removed: it says which keys and shared links would end, and offers to hand them over.
 */
import type { ApiKey } from "../../people/api-keys.ts";
import type { StatusShare } from "../../people/status-shares.ts";
import type { User } from "../../people/users.ts";
import { plural } from "../../platform/words.ts";

/** The people, and what belongs to them. */
export interface Holdings {
  users: User[];
  keys: ApiKey[];
  shares: StatusShare[];
}

/** What the dialog, and the page with the same question, have in common. `here` is the page of people. */
export function removalOf(user: User, here: string) {
  return {
    id: `remove-${user.id}`,
    title: `Remove ${user.email}?`,
    action: `${here}/${user.id}/remove`,
    confirmLabel: "Remove",
    isDanger: true,
  };
}

/** `formId`: the form that confirms, which the choice belongs to. */
export function RemovalText({ formId, user, users, keys, shares }: Holdings & { formId: string; user: User }) {
  const theirKeys = keys.filter((key) => key.ownerId === user.id);
  const theirLinks = shares.filter((share) => share.ownerId === user.id);
  const choiceId = `${formId}-hand-to`;
  return (
    <>
      <p>They are signed out everywhere at once and can't sign in again. What they did stays in Activity.</p>
      {theirKeys.length + theirLinks.length > 0 && (
        <>
          <p>What they made:</p>
          <ul>
            {theirKeys.map((key) => (
              <li>
                API key <strong>{key.name}</strong> <span class="code">{`…${key.ending}`}</span>
              </li>
            ))}
            {theirLinks.length > 0 && <li>{plural(theirLinks.length, "shared link")} to the status page</li>}
          </ul>
          <div class="field">
            <label for={choiceId}>Keys and links</label>
            <select id={choiceId} name="hand_to" form={formId}>
              <option value="">End them</option>
              {users
                .filter((other) => other.id !== user.id)
                .map((other) => (
                  <option value={other.id}>{`Hand them to ${other.email}`}</option>
                ))}
            </select>
          </div>
        </>
      )}
    </>
  );
}
