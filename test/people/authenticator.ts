/**
 * An authenticator in software: makes passkeys and signs with them, as a phone or a security key does (W3C, Web
 * Authentication, Level 3). Written apart from the code that it tests, down to its CBOR.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { fromBase64, toBase64Url } from "../../src/platform/bytes.ts";

/** What may be wrong with an answer. */
export interface Twist {
  origin?: string;
  rpId?: string;
  type?: string;
  crossOrigin?: boolean;
  /** User present, user verified. */
  flags?: number;
  /** Signs with another key. */
  otherKey?: boolean;
  signCount?: number;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

export class Authenticator {
  readonly id = new Uint8Array(randomBytes(32));
  /** As it stands in tables and pages. */
  readonly idText = toBase64Url(this.id);
  #keys: { publicKey: KeyObject; privateKey: KeyObject };
  #signCount = 0;
  readonly #origin: string;
  readonly #kind: "ec" | "rsa";

  constructor(origin: string, kind: "ec" | "rsa" = "ec") {
    this.#origin = origin;
    this.#kind = kind;
    this.#keys = makeKeys(kind);
  }

  /** The JSON that the page sends of a new passkey. */
  create(challenge: string, twist: Twist = {}): string {
    const authData = this.#authenticatorData({ ...twist, flags: (twist.flags ?? PRESENT | VERIFIED) | ATTESTED }, [
      new Uint8Array(16),
      Uint8Array.of(0, this.id.length),
      this.id,
      this.#coseKey(),
    ]);
    const attestationObject = concat([
      Uint8Array.of(0xa3),
      text("fmt"),
      text("none"),
      text("attStmt"),
      Uint8Array.of(0xa0),
      text("authData"),
      bytes(authData),
    ]);
    const clientDataJSON = this.#clientData(challenge, { type: "webauthn.create", ...twist });
    return JSON.stringify({
      clientDataJSON: toBase64Url(clientDataJSON),
      attestationObject: toBase64Url(attestationObject),
    });
  }

  /** The JSON that the page sends of a passkey that was used. */
  get(challenge: string, twist: Twist = {}): string {
    const authenticatorData = this.#authenticatorData(twist, []);
    const clientDataJSON = this.#clientData(challenge, { type: "webauthn.get", ...twist });
    const message = concat([authenticatorData, sha256(clientDataJSON)]);
    const { privateKey } = twist.otherKey ? makeKeys(this.#kind) : this.#keys;
    return JSON.stringify({
      id: this.idText,
      clientDataJSON: toBase64Url(clientDataJSON),
      authenticatorData: toBase64Url(authenticatorData),
      signature: toBase64Url(new Uint8Array(sign("sha256", message, privateKey))),
    });
  }

  #clientData(challenge: string, { type = "", origin = this.#origin, crossOrigin = false }: Twist): Uint8Array {
    return utf8(JSON.stringify({ type, challenge: toBase64Url(utf8(challenge)), origin, crossOrigin }));
  }

  #authenticatorData(twist: Twist, attested: Uint8Array[]): Uint8Array {
    const count = new Uint8Array(4);
    this.#signCount += 1;
    new DataView(count.buffer).setUint32(0, twist.signCount ?? this.#signCount);
    const rpId = twist.rpId ?? new URL(this.#origin).hostname;
    return concat([sha256(utf8(rpId)), Uint8Array.of(twist.flags ?? PRESENT | VERIFIED), count, ...attested]);
  }

  #coseKey(): Uint8Array {
    const { x = "", y = "", n = "", e = "" } = this.#keys.publicKey.export({ format: "jwk" });
    const raw = (value: string) => bytes(fromBase64(value) ?? new Uint8Array());
    // {1: kty, 3: alg, -1: crv or n, -2: x or e, -3: y}, integers as RFC 8949 writes them.
    return this.#kind === "ec"
      ? concat([Uint8Array.of(0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21), raw(x), Uint8Array.of(0x22), raw(y)])
      : concat([Uint8Array.of(0xa4, 1, 3, 3, 0x39, 0x01, 0x00, 0x20), raw(n), Uint8Array.of(0x21), raw(e)]);
  }
}

function makeKeys(kind: "ec" | "rsa") {
  return kind === "ec"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : generateKeyPairSync("rsa", { modulusLength: 2048 });
}

/** A text of CBOR. */
function text(value: string): Uint8Array {
  return concat([Uint8Array.of(0x60 + value.length), utf8(value)]);
}

/** Bytes of CBOR. */
function bytes(value: Uint8Array): Uint8Array {
  const head = value.length < 256 ? [0x58, value.length] : [0x59, value.length >> 8, value.length & 0xff];
  return concat([Uint8Array.from(head), value]);
}

function sha256(value: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(value).digest());
}

function utf8(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function concat(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
