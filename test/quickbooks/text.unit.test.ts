/** Texts as QuickBooks takes them: examples of each kind of change, and what holds for every text. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LETTERS, isKept } from "../../src/quickbooks/letters.ts";
import { cleanText } from "../../src/quickbooks/text.ts";

const LONG = 4000;

describe("cleanText", () => {
  it.each([
    ["plain", "Hex bolt M8", "Hex bolt M8", []],
    ["Latin-1 letters stay", "Suprêmes délices, Øresund ½ ©", "Suprêmes délices, Øresund ½ ©", []],
    ["composed first", "Café", "Café", []],
    ["curly quotes and dashes", "“Bolt” – it’s ‘new’ — 5−3", `"Bolt" - it's 'new' - 5-3`, ["punctuation"]],
    ["ellipsis and bullet", "• wait…", "- wait...", ["punctuation"]],
    ["euro sign", "5 €", "5 EUR", ["punctuation"]],
    ["emoji", "Party 🎉 hat", "Party  hat", ["emoji"]],
    ["emoji of several parts", "a👩🏽‍🚀b🇩🇪c❤️d", "abcd", ["emoji"]],
    ["keycap", "1️⃣", "1", ["emoji"]],
    ["controls", "a\u0000b\u0007c\u007fd\u0085", "abcd\n", ["control", "whitespace"]],
    ["zero-width and direction marks", "a\u200bb\u202ec\ufeffd\u00ade", "abcde", ["control"]],
    ["lone surrogate", "a\ud800b", "ab", ["control"]],
    ["letters with a likeness", "Łódź Žižka ſ", "Lódz Zizka s", ["unsupported"]],
    ["compatibility forms", "ﬁt Ⅷ № ™ １２：", "fit VIII No TM 12:", ["unsupported"]],
    ["letters without a likeness", "Αθήνα 東", "????? ?", ["unsupported"]],
    ["odd spaces are only white space", "a\u00a0b\u2003c\u2028d", "a b c\nd", ["whitespace"]],
    ["line breaks stay in texts", "a\r\nb\tc", "a\r\nb\tc", []],
  ] as const)("%s", (_what, text, expected, changes) => {
    expect(cleanText(text, LONG, "latin1")).toEqual({ text: expected, changes });
  });

  it.each([
    ["colon", "Parts: bolts", "Parts- bolts", ["colon"]],
    ["full-width colon", "Parts：bolts", "Parts-bolts", ["unsupported", "colon"]],
    ["backslash", "A\\B", "A/B", ["punctuation"]],
    ["tabs, breaks and repeated spaces", "  A\tB\r\nC   D ", "A B C D", ["whitespace"]],
    ["nothing but emoji", "🎉🎉", "", ["emoji"]],
    ["nothing with a likeness", "東京", "", ["unsupported"]],
    ["signs alone stay", "---", "---", []],
  ] as const)("name: %s", (_what, text, expected, changes) => {
    expect(cleanText(text, 100, "latin1", { isName: true })).toEqual({ text: expected, changes });
  });

  it("keeps colons and backslashes in a line, but no tab or line break", () => {
    expect(cleanText("\tNW:\\011\n7 ", 100, "latin1", { isLine: true })).toEqual({
      text: "NW:\\011 7",
      changes: ["whitespace"],
    });
  });

  it("cuts to the length after cleaning, and says so", () => {
    expect(cleanText("é".repeat(101), 100, "latin1")).toEqual({ text: "é".repeat(100), changes: ["cut"] });
    expect(cleanText(`${"é".repeat(100)}🎉`, 100, "latin1").changes).toEqual(["emoji"]);
    expect(cleanText(`${"a".repeat(99)} b`, 100, "latin1", { isName: true })).toEqual({
      text: "a".repeat(99),
      changes: ["cut"],
    });
  });

  // A company that keeps all, one that keeps letters but no signs, one that keeps ISO-8859-1 only.
  it.each([
    ["Łódź – “Sklep”", "Łódź – “Sklep”", `Łódź - "Sklep"`, `Lódz - "Sklep"`],
    ["Αθήνα ΟΕ", "Αθήνα ΟΕ", "Αθήνα ΟΕ", "????? ??"],
    ["ООО «Ромашка»", "ООО «Ромашка»", "ООО «Ромашка»", "??? «???????»"],
    ["東京　商店", "東京 商店", "東京 商店", "?? ??"],
    ["مكتبة", "مكتبة", "مكتبة", "?????"],
    ["Mug™ 5 € ≤ №7", "Mug™ 5 € ≤ №7", "MugTM 5 EUR ? No7", "MugTM 5 EUR ? No7"],
    ["𠮷野家", "𠮷野家", "𠮷野家", "???"],
    ["e\u200d\u0301 and a\u0328\u0301", "é and ą́", "é and ą́", "e and a"],
    ["🈚 ㊗", " ㊗", " 祝", " ?"],
    ["Party 🎉 1️⃣ ❤️ ☎", "Party  1  ", "Party  1  ", "Party  1  "],
  ])("%s", (text, ...expected) => {
    expect(LETTERS.map((letters) => cleanText(text, LONG, letters).text)).toEqual(expected);
  });

  it("cuts at a character, never inside one", () => {
    const cut = (text: string, max: number) => cleanText(text, max, "all").text;
    expect(cut("ab𠮷", 3)).toBe("ab");
    expect(cut("ab𠮷", 4)).toBe("ab𠮷");
    expect(cut("aba\u0328\u0301c", 3)).toBe("ab");
    expect(cut("aba\u0328\u0301c", 4)).toBe("ab\u0105\u0301");
  });

  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
  );
  const anyKind = fc.record({ isName: fc.boolean(), isLine: fc.boolean() });
  const anyLetters = fc.constantFrom(...LETTERS);

  it("never gives what QuickBooks refuses, and never more than asked", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 50 }), anyKind, anyLetters, (text, max, kind, letters) => {
        const { text: clean } = cleanText(text, max, letters, kind);
        expect(clean.length).toBeLessThanOrEqual(max);
        expect([...clean].filter((char) => !isKept(char, letters))).toEqual([]);
        expect(clean).toMatch(/^[\t\n\r\x20-\x7e\xa1-\u{10ffff}]*$/u);
        expect(clean).not.toMatch(/\p{Cc}(?<![\t\n\r])|\p{Cf}|\p{Cs}|\p{Emoji_Presentation}/u);
        expect(clean.normalize("NFC")).toBe(clean);
        const forbidden = kind.isName ? /[:\\\t\r\n]|^\s|\s$|\s\s/ : kind.isLine ? /[\t\r\n]/ : /\0/;
        expect(clean).not.toMatch(forbidden);
      }),
      { numRuns: 3000 },
    );
  });

  it("changes nothing in what is clean, and names every change but a change of form", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 50 }), anyKind, anyLetters, (text, max, kind, letters) => {
        const once = cleanText(text, max, letters, kind);
        expect(cleanText(once.text, max, letters, kind)).toEqual({ text: once.text, changes: [] });
        expect(once.changes.length > 0 || once.text === text.normalize("NFC")).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
