/**
 * The roles of people and API keys (docs/contract.md, section 3, `/settings/users`): one record each, from which the
 * type, the column, the words on pages and every check are derived. A right is named for what it allows; code asks for
 * rights and must never compare roles, or a new role would have to be added in every place that does.
 */

interface RoleRecord {
  label: string;
  /** What the role may do, as the hint beside every choice of a role says it. */
  summary: string;
  rights: readonly Right[];
}

/**
 * `read`: every page but secrets, keys and people. `invoice`: create, send, fix and void invoices. `check`: have QuickBooks
 * read to check the configuration. `configure`: connections, instances, alerts, their secrets, shared links.
 * `administer`: people and API keys.
 */
export type Right = "read" | "invoice" | "check" | "configure" | "administer";

/** From the fewest rights to the most, as choices show them; the first is the default. */
export const ROLES = {
  viewer: {
    label: "Viewer",
    summary: "Viewers read, but no secrets, keys or people.",
    rights: ["read"],
  },
  operator: {
    label: "Operator",
    summary: "Operators also create and send invoices.",
    rights: ["read", "invoice", "check"],
  },
  admin: {
    label: "Admin",
    summary: "Admins do everything.",
    rights: ["read", "invoice", "check", "configure", "administer"],
  },
} as const satisfies Record<string, RoleRecord>;

export type Role = keyof typeof ROLES;

export const ROLE_NAMES = Object.keys(ROLES) as [Role, ...Role[]];

/** The default of a form. */
export const PROPOSED_ROLE: Role = ROLE_NAMES[0];

export function hasRight(role: Role, right: Right): boolean {
  return (ROLES[role].rights as readonly Right[]).includes(right);
}

/** The one with fewer rights. */
export function lesserRole(a: Role, b: Role): Role {
  return ROLE_NAMES.indexOf(a) < ROLE_NAMES.indexOf(b) ? a : b;
}

/** The roles that have a right, the one with the fewest rights first. */
export function rolesWith(right: Right): Role[] {
  return ROLE_NAMES.filter((role) => hasRight(role, right));
}

/** The lowest role that has a right. Throws if no role has it, since then nobody could ever use what needs it. */
export function leastRoleWith(right: Right): Role {
  const [role] = rolesWith(right);
  if (role === undefined) throw new Error(`No role has the right ${right}`);
  return role;
}
