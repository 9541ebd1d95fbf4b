/**
 * Decides which addresses notifications may go to: public https names. It checks only the text, since a Worker can't
 * resolve a name before it fetches: a public name that points to a private network gets past it. The risk is bounded:
 * Workers leave Cloudflare through the public internet, redirects are not followed, and only the status of a response
 * is kept.
 */
const MAX_ADDRESS_CHARACTERS = 2_000;
/** Names that no public resolver knows, or that mean one's own machine or network (RFC 6761, 6762, 8375, 9476). */
const PRIVATE_SUFFIXES = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "svc",
  "arpa",
  "test",
  "example",
  "invalid",
  "onion",
  "alt",
];

export type AddressVerdict = { ok: true; url: string } | { ok: false; message: string };

/**
 * Checks an address that a person typed; `url` is its normal form. If the app itself runs on a loopback origin
 * (development, tests), plain http and loopback hosts are allowed as well.
 */
export function checkAddress(text: string, appOrigin: string): AddressVerdict {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url) return refuse("Enter a full address, such as https://hooks.example.com/bookbridge.");
  const isAtHome = isLoopback(new URL(appOrigin).hostname);
  if (url.protocol !== "https:" && !(isAtHome && url.protocol === "http:"))
    return refuse("The address must begin with https://.");
  if (url.href.length > MAX_ADDRESS_CHARACTERS)
    return refuse(`An address can have at most ${MAX_ADDRESS_CHARACTERS} characters.`);
  if (url.username !== "" || url.password !== "") return refuse("Leave the user name and password out of the address.");
  if (url.hash !== "") return refuse("Leave out the # and what follows: it is never sent.");
  if (url.origin === new URL(appOrigin).origin)
    return refuse("This is Bookbridge's own address. Enter the address of the system that should be notified.");
  if (isAtHome && isLoopback(url.hostname)) return { ok: true, url: url.href };
  const fault = hostFault(url.hostname);
  return fault ? refuse(fault) : { ok: true, url: url.href };
}

/** An address as viewers and the activity log see it, since its path may contain a secret. */
export function maskedAddress(url: string | null): string | null {
  if (url === null) return null;
  const { origin, pathname, search } = new URL(url);
  return pathname === "/" && search === "" ? origin : `${origin}/…`;
}

/** The URL parser has already normalized every way to write an IPv4 address: hexadecimal, octal, a single number. */
function hostFault(hostname: string): string | null {
  const host = hostname.replace(/\.$/, "");
  if (host.startsWith("[") || /^\d+(?:\.\d+){3}$/.test(host)) return "Use a host name, not an IP address.";
  if (!host.includes(".")) return `'${host}' is a private network name. Use a public host name.`;
  const isPrivate = PRIVATE_SUFFIXES.some((suffix) => host.endsWith(`.${suffix}`));
  return isPrivate ? `'${host}' is a private network name. Use a public host name.` : null;
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/\.$/, "");
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function refuse(message: string): AddressVerdict {
  return { ok: false, message };
}
