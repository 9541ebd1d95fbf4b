import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeEntities } from "../../src/platform/html-entities.ts";

test.each([
  ["Warrior&#39;s Gym &amp; Spa", "Warrior's Gym & Spa"],
  ["Men&#8217;s glove &quot;Pro&quot;", 'Men\u2019s glove "Pro"'],
  ["Caf&eacute; M&uuml;ller &#x141;&#xF3;d&#X17A;", "Café Müller Łódź"],
  ["Tom &lt;3 Jerry&nbsp;Ltd", "Tom <3 Jerry\u00a0Ltd"],
  ["&yuml;&iexcl;&times;", "ÿ¡×"],
  ["&#128512;", "\u{1f600}"],
  ["A &amp;amp; B", "A &amp; B"],
])("%s is %s", (text, expected) => expect(decodeEntities(text)).toBe(expected));

test.each(["A & B", "AT&T;", "&unknown;", "&#0;", "&#7;", "&#xD800;", "&#x110000;", "&#;", "&amp", "R&D &#39"])(
  "%s stays as it is",
  (text) => expect(decodeEntities(text)).toBe(text),
);

test("a text without an ampersand is never changed (property)", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      (text) => decodeEntities(text.replaceAll("&", "")) === text.replaceAll("&", ""),
    ),
  );
});
