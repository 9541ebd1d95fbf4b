/**
 * The roles in words, for every form that gives one.
 */
import type { Role } from "../app-context.ts";
import type { Choice } from "../ui/field.tsx";

export const ROLE_WORDS: Readonly<Record<Role, string>> = { viewer: "Viewer", operator: "Operator", admin: "Admin" };

export const ROLE_CHOICES: readonly Choice[] = [
  { value: "viewer", label: "Viewer: reads, but no secrets, keys or people" },
  { value: "operator", label: "Operator: also creates and sends invoices" },
  { value: "admin", label: "Admin: everything" },
];
