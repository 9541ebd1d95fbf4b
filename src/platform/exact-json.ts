/**
 * JSON whose numbers stay exactly as written. `JSON.parse` turns a long decimal into the nearest double; here a number
 * becomes an `ExactNumber` with its own text, and is written with the same text.
 */

/** A JSON number, not converted: `text` is its text in the source. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Written back as the same number, digit for digit. */
  toJSON(): unknown {
    return rawNumber(this.text);
  }
}

type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
) => unknown;
interface RawJson {
  rawJSON(text: string): unknown;
}

/** Parses JSON; every number becomes an `ExactNumber`. Throws a SyntaxError for anything that is not JSON. */
export function parseExactJson(text: string): unknown {
  // The third reviver argument (source text access) is in V8 since 114; the type library lacks it.
  const parse = JSON.parse as ParseWithSource;
  return parse(text, (_key, value, context) =>
    typeof value === "number" ? new ExactNumber(context.source ?? String(value)) : value,
  );
}

/** A value that `JSON.stringify` writes as exactly this number: `rawNumber("10.50")` → `10.50`. */
export function rawNumber(decimal: string): unknown {
  return (JSON as unknown as RawJson).rawJSON(decimal);
}

/** The same JSON with line breaks; every number keeps its digits. Throws a SyntaxError for anything that is not JSON. */
export function indented(json: string): string {
  return JSON.stringify(parseExactJson(json), null, 2);
}
