/**
 * Who is involved: a person who is signed in, an API key, and whoever acts. What they are,
 * never what they may do.
 */
import { type Role, ROLE_NAMES } from "./roles.ts";

/** A person who is signed in. */
export interface Person {
  id: string;
  /** Lower case. */
  email: string;
  role: Role;
}

/** An API key that a request was made with. */
export interface KeyHolder {
  id: string;
  name: string;
  role: Role;
}

/** `stranger`: somebody of whom only the network address is known. */
export const ACTOR_KINDS = ["user", "api_key", "system", "stranger"] as const;

/** Whoever does something, as the activity log names them. */
export interface Actor {
  kind: (typeof ACTOR_KINDS)[number];
  id: string;
  name: string;
  role: Role;
  /** The network address that the request came from, if there was one. */
  address?: string | null;
}

/** Somebody of whom nothing is known but where they are. */
export function strangerAt(address: string | null): Actor {
  return { kind: "stranger", id: "", name: "Somebody", role: ROLE_NAMES[0], address };
}

/** A person as the one who does something. */
export function personAsActor({ id, email, role }: Person, address: string | null): Actor {
  return { kind: "user", id, name: email, role, address };
}

/** Where a request came from. */
export interface Place {
  address: string | null;
  /** The browser's `User-Agent`, cut to a length worth keeping. */
  agent: string | null;
}
