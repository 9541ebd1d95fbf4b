/**
 * Who is involved: a person who is signed in, an API key, and whoever acts. Types only.
 */
import type { Role } from "./roles.ts";

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

/** Whoever does something, as the activity log names them. */
export interface Actor {
  kind: "user" | "api_key" | "system";
  id: string;
  name: string;
  role: Role;
}
