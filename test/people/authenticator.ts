/**
 * An authenticator in software: makes passkeys and signs with them, as a phone or a security key does (Web
 * Authentication, Level 3, section 6). Written apart from the code that it tests, down to its CBOR.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

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
  readonly id = randomBytes(32);
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
      Buffer.alloc(16),
      Buffer.from([0, this.id.length]),
      this.id,
      this.#coseKey(),
    ]);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      text("fmt"),
      text("none"),
      text("attStmt"),
      Buffer.from([0xa0]),
      text("authData"),
      bytes(authData),
    ]);
    const clientDataJSON = this.#clientData(challenge, { type: "webauthn.create", ...twist });
    return JSON.stringify({ clientDataJSON: url(clientDataJSON), attestationObject: url(attestationObject) });
  }

  /** The JSON that the page sends of a passkey that was used. */
  get(challenge: string, twist: Twist = {}): string {
    const authenticatorData = this.#authenticatorData(twist, []);
    const clientDataJSON = this.#clientData(challenge, { type: "webauthn.get", ...twist });
    const message = Buffer.concat([authenticatorData, createHash("sha256").update(clientDataJSON).digest()]);
    const { privateKey } = twist.otherKey ? makeKeys(this.#kind) : this.#keys;
    return JSON.stringify({
      id: url(this.id),
      clientDataJSON: url(clientDataJSON),
      authenticatorData: url(authenticatorData),
      signature: url(sign("sha256", message, privateKey)),
    });
  }

  #clientData(challenge: string, { type = "", origin = this.#origin, crossOrigin = false }: Twist): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge: url(Buffer.from(challenge)), origin, crossOrigin }));
  }

  #authenticatorData(twist: Twist, attested: Buffer[]): Buffer {
    const count = Buffer.alloc(4);
    this.#signCount += 1;
    count.writeUInt32BE(twist.signCount ?? this.#signCount);
    const rpId = twist.rpId ?? new URL(this.#origin).hostname;
    return Buffer.concat([
      createHash("sha256").update(rpId).digest(),
      Buffer.from([twist.flags ?? PRESENT | VERIFIED]),
      count,
      ...attested,
    ]);
  }

  #coseKey(): Buffer {
    const { x = "", y = "", n = "", e = "" } = this.#keys.publicKey.export({ format: "jwk" }) as Record<string, string>;
    const raw = (value: string) => bytes(Buffer.from(value, "base64url"));
    // {1: kty, 3: alg, -1: crv or n, -2: x or e, -3: y}, integers as RFC 8949 writes them.
    return this.#kind === "ec"
      ? Buffer.concat([Buffer.from([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21]), raw(x), Buffer.from([0x22]), raw(y)])
      : Buffer.concat([Buffer.from([0xa4, 1, 3, 3, 0x39, 0x01, 0x00, 0x20]), raw(n), Buffer.from([0x21]), raw(e)]);
  }
}

function makeKeys(kind: "ec" | "rsa") {
  return kind === "ec"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : generateKeyPairSync("rsa", { modulusLength: 2048 });
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);
}

function bytes(value: Buffer): Buffer {
  const head = value.length < 256 ? [0x58, value.length] : [0x59, value.length >> 8, value.length & 0xff];
  return Buffer.concat([Buffer.from(head), value]);
}

function url(value: Buffer): string {
  return value.toString("base64url");
}
