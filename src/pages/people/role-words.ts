/**
 * The roles in words, for every form that gives one.
 */
import type { Role } from "../../app-context.ts";
import type { Choice } from "../../ui/field.tsx";

export const ROLE_WORDS: Readonly<Record<Role, string>> = { viewer: "Viewer", operator: "Operator", admin: "Admin" };

export const ROLE_CHOICES: readonly Choice[] = Object.entries(ROLE_WORDS).map(([value, label]) => ({ value, label }));

export const ROLE_HINT =
  "Viewers read, but no secrets, keys or people. Operators also create and send invoices. Admins do everything.";
