/** Secrets that an earlier release sealed open in this one: receivers go on verifying with what they were given. */
import { expect, test } from "vitest";
import { openSecret } from "../../src/notifications/secrets.ts";
import type { Endpoint } from "../../src/notifications/schema.ts";
import { parseKeyRing } from "../../src/platform/keys.ts";

const RING = parseKeyRing("test-1=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");

/** As the release before the folder was called notifications/ sealed it with that key. */
const SEALED =
  "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoidGVzdC0xIn0..W5Otx5JArohiCc3b.Irhdp10Wt5n_dL9hNAqLvPIK8LKdwfkfWl4_0kM_PF3WPPAm5xSp7jvjdVwZgp-F715V-xvIp6A1-itcwKa38g0fOSxZhf4SNrLWD1l8da6I5ngF_sGc1B0q3iY.qBEzZRvliSsa4ZD2xvnKJw";

test("a secret that an earlier release sealed opens", async () => {
  const endpoint = { id: "endpoint-1", sealedSecret: SEALED } as Endpoint;
  expect(await openSecret(RING, endpoint)).toBe("whsec_c2VjcmV0IG9mIGEgZm9ybWVyIHJlbGVhc2U=");
});
