/**
 * HTML character references (`&amp;`, `&#39;`) in texts that a shop escaped for its own pages. Pure.
 */

/** The names of U+00A0 to U+00FF, in that order (https://html.spec.whatwg.org/#named-character-references). */
const LATIN_1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
const FIRST_OF_LATIN_1 = 0xa0;

/** The names that shops use; any other one stays as it is written. */
const NAMED = new Map<string, string>([
  ...Object.entries({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    lsquo: "\u2018",
    rsquo: "\u2019",
    ldquo: "\u201c",
    rdquo: "\u201d",
    ndash: "\u2013",
    mdash: "\u2014",
    hellip: "\u2026",
    bull: "\u2022",
    euro: "\u20ac",
    trade: "\u2122",
    OElig: "\u0152",
    oelig: "\u0153",
    Scaron: "\u0160",
    scaron: "\u0161",
    Yuml: "\u0178",
  }),
  ...LATIN_1.split(" ").map((name, index): [string, string] => [name, String.fromCodePoint(FIRST_OF_LATIN_1 + index)]),
]);

const REFERENCE = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]+\d*));/g;

/** The text with each reference replaced by its character, once: `&amp;amp;` becomes `&amp;`. */
export function decodeEntities(text: string): string {
  return text.replace(REFERENCE, (written: string, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED.get(name) ?? written;
    const point = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return isText(point) ? String.fromCodePoint(point) : written;
  });
}

/** Neither a control character nor half of a pair, nor beyond Unicode. */
function isText(point: number): boolean {
  return point >= 0x20 && point <= 0x10ffff && !(point >= 0x7f && point < 0xa0) && !(point >= 0xd800 && point < 0xe000);
}
