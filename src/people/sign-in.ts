/**
 * Sign-in with e-mail and password. A response must never reveal whether an address has an account: the words and the
 * work are the same. What is tried is recorded for admins, bounded by the brake.
 */
import type { Db } from "../platform/db.ts";
import { recordActivity, recordOnceAnHour, type Subject } from "./activity.ts";
import { browserWords } from "./browser-words.ts";
import { type Attempt, BRAKE_SECONDS, countTry, forgetTry } from "./guess-brake.ts";
import type { KnownDevice } from "./known-device.ts";
import { verifyPassword } from "./passwords.ts";
import { type Person, personAsActor, type Place, strangerAt } from "./person.ts";
import { type NewSession, startSession } from "./sessions.ts";
import { findUserByEmail, type User } from "./users.ts";

export interface Refused {
  ok: false;
  reason: "wrong" | "throttled";
  message: string;
  retryAfterSeconds: number | null;
}

export interface Credentials {
  email: string;
  password: string;
  place: Place;
  /** Whose browser it is, if it signed in before. */
  known?: KnownDevice | null;
}

const THROTTLED: Refused = {
  ok: false,
  reason: "throttled",
  message: "Too many failed sign-ins. Wait 15 minutes, then try again.",
  retryAfterSeconds: BRAKE_SECONDS,
};
const WRONG: Refused = {
  ok: false,
  reason: "wrong",
  message: "The e-mail address or the password is wrong.",
  retryAfterSeconds: null,
};

/** Signs a person in. */
export async function signIn(
  db: Db,
  input: Credentials,
  now: Date,
): Promise<{ ok: true; person: Person; session: NewSession } | Refused> {
  const checked = await checkPassword(db, input, now);
  if (!checked.ok) return checked;
  const { id, email, role } = checked.user;
  const session = await enter(db, { id, email, role }, { way: "password", place: input.place }, now);
  return { ok: true, person: { id, email, role }, session };
}

/** The person whose password it is. Counts the try, and records it if it fails. */
export async function checkPassword(
  db: Db,
  { email: typed, password, place, known }: Credentials,
  now: Date,
): Promise<{ ok: true; user: User } | Refused> {
  const email = typed.trim().toLowerCase();
  const user = await findUserByEmail(db, email);
  const knownDevice = user && known?.user === user.id ? known.device : null;
  const attempt: Attempt = { email, address: place.address, knownDevice };
  const counted = await countTry(db, attempt, now);
  if (counted === null) return THROTTLED;
  const isRight = await verifyPassword(user?.passwordHash ?? null, password);
  if (user && isRight) {
    await forgetTry(db, attempt, counted, now);
    return { ok: true, user };
  }
  // The typed address is not kept: strangers' addresses are none of our business, and some people type a password there.
  const subject: Subject = { kind: "user", id: user?.id ?? "", name: user?.email ?? "an unknown address" };
  const action = counted.isLast ? "sign_in.stopped_for_15_minutes" : "sign_in.failed";
  await recordOnceAnHour(db, now, strangerAt(place.address), { action, subject });
  return WRONG;
}

/** Starts the session of a person who has proved who they are, and records it. `way`: by what. */
export async function enter(
  db: Db,
  person: Person,
  { way, place }: { way: string; place: Place },
  now: Date,
): Promise<NewSession> {
  await recordActivity(db, now, personAsActor(person, place.address), {
    action: "sign_in.succeeded",
    subject: { kind: "user", id: person.id, name: person.email },
    changes: [
      { field: "by", from: null, to: way },
      { field: "browser", from: null, to: browserWords(place.agent) },
    ],
  });
  return startSession(db, person.id, now, place);
}
