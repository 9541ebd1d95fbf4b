import { describe, expect, it } from "vitest";
import { checkAddress, maskedAddress } from "../../src/notifications/address.ts";

const PUBLIC = "https://books.example.com";

describe("an address that may be notified", () => {
  it.each([
    "https://hooks.example.org/x?token=1",
    "https://hooks.example.org:8443/x",
    "https://HOOKS.Example.Org/x",
    "https://xn--bcher-kva.example.org/",
    "https://localhost.example.org/",
    "https://10.example.org/",
  ])("is a public https name: %s", (text) => {
    expect(checkAddress(text, PUBLIC)).toEqual({ ok: true, url: new URL(text).href });
  });

  it.each([
    "",
    "hooks.example.org",
    "/hooks",
    "http://hooks.example.org/",
    "ftp://hooks.example.org/",
    "javascript:alert(1)",
    "https://user:secret@hooks.example.org/",
    "https://user@hooks.example.org/",
    "https://hooks.example.org/#part",
    `https://hooks.example.org/${"x".repeat(2_000)}`,
    "https://books.example.com/webhooks/intuit",
  ])("is refused in a wrong form: %s", (text) => {
    expect(checkAddress(text, PUBLIC)).toMatchObject({ ok: false, message: expect.stringMatching(/\.$/) as unknown });
  });

  it.each([
    // Loopback, private, link-local and metadata addresses in every way of writing them.
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "10.0.0.8",
    "172.16.4.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "0.0.0.0",
    "8.8.8.8",
    "１２７.0.0.1",
    "127.0.0.1.",
    "[::1]",
    "[fe80::1]",
    "[fd00::1]",
    "[ff02::1]",
    "[::ffff:127.0.0.1]",
    "[2001:db8::1]",
    "localhost",
    "localhost.",
    "api.localhost",
    "printer",
    "printer.local",
    "printer.local.",
    "PRINTER.LOCAL",
    "metadata.google.internal",
    "router.home.arpa",
    "nas.lan",
    "app.default.svc",
    "a.test",
    "a.invalid",
    "a.onion",
  ])("is refused at %s", (host) => {
    expect(checkAddress(`https://${host}/hook`, PUBLIC)).toMatchObject({ ok: false });
  });

  it("may be plain http or loopback where the app itself runs on a loopback address, and nothing private even there", () => {
    for (const home of ["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787"]) {
      for (const text of [
        "http://localhost:9000/x",
        "http://127.0.0.1:9000/x",
        "http://[::1]:9000/",
        "http://hooks.example.org/",
        "https://hooks.example.org/",
      ]) {
        expect(checkAddress(text, home)).toEqual({ ok: true, url: text });
      }
      for (const text of [
        "http://10.0.0.8/",
        "http://169.254.169.254/",
        "http://printer.local/",
        `${home}/webhooks/intuit`,
      ]) {
        expect(checkAddress(text, home)).toMatchObject({ ok: false });
      }
    }
  });

  it("is shown without its path where that may hold a secret", () => {
    expect(maskedAddress("https://hooks.example.org/T0/B0/secret?key=1")).toBe("https://hooks.example.org/…");
    expect(maskedAddress("https://hooks.example.org/")).toBe("https://hooks.example.org");
    expect(maskedAddress(null)).toBeNull();
  });
});
