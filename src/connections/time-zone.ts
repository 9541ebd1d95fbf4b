/**
 * The time zone in which a company keeps its books (docs/contract.md, section 8, *Dates*): the one in the settings, else
 * the one proposed from the company's country and state, else UTC. Pure.
 */
import { mainTimeZone } from "../platform/countries.ts";
import type { Connection } from "./connection.ts";

const UTC = "UTC";

/**
 * The states and provinces of countries with several zones, by zone; one that spans two zones is in the zone of most of
 * its people. States that are not listed are in the country's main zone.
 */
const STATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  US: {
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO MT NM UT WY",
    "America/Boise": "ID",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Detroit": "MI",
    "America/Indiana/Indianapolis": "IN",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
  },
  CA: {
    "America/St_Johns": "NL",
    "America/Halifax": "NS NB PE",
    "America/Winnipeg": "MB",
    "America/Regina": "SK",
    "America/Edmonton": "AB NT",
    "America/Vancouver": "BC",
    "America/Whitehorse": "YT",
    "America/Iqaluit": "NU",
  },
  AU: {
    "Australia/Melbourne": "VIC",
    "Australia/Brisbane": "QLD",
    "Australia/Adelaide": "SA",
    "Australia/Darwin": "NT",
    "Australia/Perth": "WA",
    "Australia/Hobart": "TAS",
  },
  BR: {
    "America/Rio_Branco": "AC",
    "America/Manaus": "AM RR RO",
    "America/Cuiaba": "MT",
    "America/Campo_Grande": "MS",
  },
  MX: {
    "America/Tijuana": "BC BCN",
    "America/Hermosillo": "SO SON",
    "America/Mazatlan": "BS BCS SI SIN NA NAY",
    "America/Cancun": "QR ROO",
  },
};

const KNOWN_ZONES: readonly string[] = [UTC, ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== UTC)];

/** The IANA name of the zone that is in force for the company, e.g. `Europe/London`. */
export function timeZoneOf(connection: Pick<Connection, "timeZone" | "company">): string {
  return connection.timeZone ?? proposedTimeZone(connection.company) ?? UTC;
}

/** The zone of a company's address, or null if its country is not known. */
export function proposedTimeZone({ country, region }: { country: string; region: string | null }): string | null {
  const state = region?.trim().toUpperCase() ?? "";
  const ofState = Object.entries(STATES[country] ?? {}).find(([, states]) => states.split(" ").includes(state));
  return ofState?.[0] ?? mainTimeZone(country);
}

/** The zones to offer to a company: those of its country. Any other can be typed. */
export function zonesOffered({ country }: { country: string }): string[] {
  const main = mainTimeZone(country);
  return [...(main ? [main] : []), ...Object.keys(STATES[country] ?? {}), UTC];
}

/** The name of a zone as IANA spells it, for a name in any case; null if there is no such zone. */
export function timeZoneNamed(text: string): string | null {
  const wanted = text.trim().toLowerCase();
  const listed = KNOWN_ZONES.find((zone) => zone.toLowerCase() === wanted);
  if (listed !== undefined) return listed;
  // A zone of the table may have a newer name than the one that the runtime lists.
  return /^[a-z]+\/[a-z0-9_+/-]+$/i.test(text.trim()) && isKnown(text.trim()) ? text.trim() : null;
}

function isKnown(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
