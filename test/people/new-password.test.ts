import { describe, expect, it } from "vitest";
import { newPasswordField } from "../../src/people/new-password.ts";

const field = newPasswordField(["Bookbridge", "ann.smith@harbor.example", "Blue Harbor Supply"]);
const faultOf = (password: string) =>
  field
    .safeParse(password)
    .error?.issues.map((issue) => issue.message)
    .join() ?? null;

describe("a new password", () => {
  it.each([
    ["eleven char", "at least 12"],
    ["x".repeat(201), "at most 200"],
    ["🙂".repeat(11), "at least 12"],
    // One character as typed, although compatibility normalization makes 18 of it.
    ["\ufdfa", "at least 12"],
  ])("%j has the wrong length", (password, message) => expect(faultOf(password)).toContain(message));

  it.each([
    "aaaaaaaaaaaaaaaa",
    "password1234",
    "Password!!2026",
    "P@ssw0rd!!!!",
    "passwordpassword",
    "123456789012",
    "qwertyuiopas",
    "1q2w3e4r5t6y",
    "abc123abc123abc123",
    "102030405060",
    "qwerty123456",
    "йцукенгшщзхъ",
    "iloveyouforever",
    "Liverpool2026",
    "🙂🙃".repeat(100),
  ])("%j is guessed first", (password) => expect(faultOf(password)).toContain("guessed first"));

  it.each([
    "bookbridge123",
    "B00kbridge!!!",
    "ann.smith@harbor.example",
    "Ann.Smith@harbor",
    "blueharborsupply",
    "Harbor-Supply-2026",
  ])("%j is made of what everybody knows here", (password) => expect(faultOf(password)).toContain("your address"));

  it.each([
    "twelve chars",
    "correct horse battery staple",
    "a long enough password",
    "Sup3r-secret-pw!",
    "Zx9!kLm2#Qp7",
    "the bookbridge at dawn",
    "пароль от моего сейфа",
    "四つの言葉で十分に長い合言葉",
    "a".repeat(3) + "vqzjxkwp".repeat(24),
  ])("%j is taken", (password) => expect(faultOf(password)).toBeNull());
});
