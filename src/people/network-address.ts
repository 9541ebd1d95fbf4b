/**
 * Network addresses as the brake on guessing counts them: one IPv4 address, or the IPv6 network (/64) that one customer
 * of a provider has to themselves. Whoever has a /64 has 18 trillion addresses, so a single one says nothing.
 */

const GROUPS = 8;
const NETWORK_GROUPS = 4;
const SITE_GROUPS = 3;

/** The network that counts as one guesser, and the site (/48) around it for IPv6. An unknown address is one network. */
export function networksOf(address: string | null): { network: string; site: string | null } {
  if (address === null) return { network: "unknown", site: null };
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(":")) return { network: mapped ?? address, site: null };
  const groups = groupsOf(address);
  return {
    network: `${groups.slice(0, NETWORK_GROUPS).join(":")}::/64`,
    site: `${groups.slice(0, SITE_GROUPS).join(":")}::/48`,
  };
}

/** The groups of an IPv6 address in one spelling, `::` filled up with zeros. */
function groupsOf(address: string): string[] {
  const [before = "", after] = address.toLowerCase().split("::");
  const list = (text: string | undefined) => (text ? text.split(":") : []);
  const [head, tail] = [list(before), list(after)];
  const zeros = Array.from({ length: Math.max(0, GROUPS - head.length - tail.length) }, () => "0");
  return [...head, ...(after === undefined ? [] : zeros), ...tail].map((group) => group.replace(/^0+(?=.)/, ""));
}
