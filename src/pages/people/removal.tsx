/**
 * The question before a person is removed: it says which keys and shared links would end, and offers to hand them over.
 */
import type { ApiKey } from "../../people/api-keys.ts";
import type { StatusShare } from "../../people/status-shares.ts";
import type { User } from "../../people/users.ts";
import { plural } from "../../platform/words.ts";
import { ConfirmPage } from "../../ui/dialog.tsx";

export interface RemovalProps {
  /** The page of people. */
  here: string;
  user: User;
  /** Everybody, as heirs. */
  users: User[];
  keys: ApiKey[];
  shares: StatusShare[];
}

export function Removal({ here, user, users, keys, shares }: RemovalProps) {
  const theirs = {
    keys: keys.filter((key) => key.ownerId === user.id),
    links: shares.filter((share) => share.ownerId === user.id).length,
  };
  return (
    <ConfirmPage
      id="remove"
      title={`Remove ${user.email}?`}
      action={`${here}/${user.id}/remove`}
      confirmLabel="Remove"
      isDanger
      cancelHref={here}
    >
      <p>They are signed out everywhere at once and can't sign in again. What they did stays in Activity.</p>
      {theirs.keys.length + theirs.links > 0 && (
        <WhatTheyMade {...theirs} heirs={users.filter((other) => other.id !== user.id)} />
      )}
    </ConfirmPage>
  );
}

/** The choice belongs to the form that confirms. */
function WhatTheyMade({ keys, links, heirs }: { keys: ApiKey[]; links: number; heirs: User[] }) {
  return (
    <>
      <p>These belong to them:</p>
      <ul>
        {keys.map((key) => (
          <li>
            API key <strong>{key.name}</strong> <span class="code">{`…${key.ending}`}</span>
          </li>
        ))}
        {links > 0 && <li>{plural(links, "shared link")} to the status page</li>}
      </ul>
      <div class="field">
        <label for="hand-to">Keys and links</label>
        <select id="hand-to" name="hand_to" form="remove-form">
          <option value="">End them</option>
          {heirs.map((heir) => (
            <option value={heir.id}>{`Hand them to ${heir.email}`}</option>
          ))}
        </select>
      </div>
    </>
  );
}
