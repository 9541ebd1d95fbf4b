/**
 * The form field for choosing a role, and the words for a role, both from the table of roles.
 */
import { PROPOSED_ROLE, type Role, ROLES } from "../../people/roles.ts";
import { type Choice, SelectField } from "../../ui/field.tsx";

export const ROLE_CHOICES: readonly Choice[] = Object.entries(ROLES).map(([value, { label }]) => ({ value, label }));

const HINT = Object.values(ROLES)
  .map(({ summary }) => summary)
  .join(" ");

/** `value` is what was typed; if nothing was, the role with the fewest rights is preselected. */
export function RoleField({
  value = PROPOSED_ROLE,
  error,
}: {
  value?: string | undefined;
  error?: string | undefined;
}) {
  return <SelectField name="role" label="Role" value={value} error={error} hint={HINT} choices={ROLE_CHOICES} />;
}

/** E.g. `Operator`. */
export function roleWord(role: Role): string {
  return ROLES[role].label;
}
