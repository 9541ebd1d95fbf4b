/**
 * Ways out of a state, and work that waits for its time, with the rules of exactly once removed one at a time:
 * postponements, switches of removed instances, limits of an invocation, dead letters, the gate's times and its circuit.
 * See broken-rules.ts.
 */
import { isOut } from "./broken.ts";

type ConfirmResend = typeof import("../../src/pushes/unanswered/confirm-resend.ts");
type Crash = typeof import("../../src/pushes/failing/crash-outcome.ts");
type Admission = typeof import("../../src/pushes/admission.ts");
type Invocations = typeof import("../../src/pushes/queue/invocation.ts");
type DeadLetters = typeof import("../../src/pushes/queue/dead-letters.ts");
type ArmedTimes = typeof import("../../src/connections/armed-times.ts");
type Pace = typeof import("../../src/connections/call-pace.ts");

/** The wait that Intuit asks for after a 429. */
const THROTTLED_MS = 60_000;
/** This many crashes in a row fail an invoice. */
const MANY_CRASHES = 5;
/** D1 allows 1,000; code that does not count exceeds them. */
const UNCOUNTED = 100_000;
const FIRST_PAUSE_MS = 60_000;

export function withoutConfirmResend(real: ConfirmResend): ConfirmResend {
  const isReadForTheSend = (): boolean =>
    isOut("a resend that was taken is not sent again because it can't be read back") ||
    isOut("a void that is asked for meanwhile reaches QuickBooks");
  return {
    ...real,
    // A read that is throttled is taken for the resend's own answer: that one would not have been let in.
    confirmResend: async (frozen, written) => {
      const confirmed = await real.confirmResend(frozen, written);
      if (confirmed.kind !== "unanswered" || !isReadForTheSend()) return confirmed;
      const dueAt = new Date(frozen.claimed.context.now().getTime() + THROTTLED_MS).toISOString();
      // The product's own function knows no such end.
      return { kind: "later", dueAt, error: null } as never;
    },
  };
}

/** Only known error texts are retried; any other fails the invoice immediately. */
export function withoutCrash(real: Crash): Crash {
  return {
    ...real,
    crashOutcome: (row, cause, given) =>
      isOut("whatever is thrown before the send is a deferral")
        ? real.crashOutcome({ ...row, crashCount: MANY_CRASHES }, cause, given)
        : real.crashOutcome(row, cause, given),
  };
}

/** The switches of a removed instance still hold its invoices. */
export function withoutAdmission(real: Admission): Admission {
  const asThere = <T extends object>(instance: T): T =>
    isOut("what waits for an instance that is removed can be sent") ? { ...instance, removedAt: null } : instance;
  return {
    ...real,
    manualAdmission: (connection, instance) => real.manualAdmission(connection, asThere(instance)),
    reasonToHold: (connection, instance) => real.reasonToHold(connection, asThere(instance)),
  };
}

/** Statements are not counted. */
export function withoutInvocation(real: Invocations): Invocations {
  class Uncounted extends real.Invocation {
    override get statementsLeft(): number {
      return isOut("two companies with 90 due each: no invocation passes 1,000 queries, and no claim is lost")
        ? UNCOUNTED
        : super.statementsLeft;
    }
  }
  return { ...real, Invocation: Uncounted };
}

/** Dead letters are discarded. */
export function withoutDeadLetters(real: DeadLetters): DeadLetters {
  return {
    ...real,
    consumeDeadLetters: async (batch, env) =>
      isOut("dead letters wake their companies again") ? batch.ackAll() : real.consumeDeadLetters(batch, env),
  };
}

/** The latest armed time counts, not the smallest; or they are forgotten, and what the consumer read alone counts. */
export function withoutArmedTimes(real: ArmedTimes): ArmedTimes {
  class Latest extends real.ArmedTimes {
    #latest = 0;
    override add(atMs: number): void {
      this.#latest = Math.max(this.#latest, atMs);
      super.add(atMs);
    }
    override nextAfter(now: number): number | null {
      const smallest = super.nextAfter(now);
      if (isOut("the alarm stays at the smallest time that is still ahead")) return null;
      if (!isOut("the alarm stands at the smallest armed time")) return smallest;
      return this.#latest > now ? this.#latest : null;
    }
  }
  return { ...real, ArmedTimes: Latest };
}

/** Each hanging call opens the circuit again, for twice as long, even one that was under way when it opened. */
export function withoutCallPace(real: Pace): Pace {
  class CountingStragglers extends real.CallPace {
    /** What takes this one's place once a straggler was counted. */
    #instead: InstanceType<Pace["CallPace"]> | null = null;
    override get block() {
      return this.#instead?.block ?? super.block;
    }
    override acquire(...given: Parameters<InstanceType<Pace["CallPace"]>["acquire"]>) {
      return this.#instead ? this.#instead.acquire(...given) : super.acquire(...given);
    }
    override release(...given: Parameters<InstanceType<Pace["CallPace"]>["release"]>) {
      const [now, , result] = given;
      const before = this.block;
      const isChanged = this.#instead ? this.#instead.release(...given) : super.release(...given);
      const isStraggler = result === "unanswered" && !isChanged && before.openings > 0;
      if (!isStraggler || !isOut("calls that hung together open the circuit once")) return isChanged;
      const until = now + FIRST_PAUSE_MS * 2 ** before.openings;
      this.#instead = new real.CallPace({ until, reason: "circuit", openings: before.openings + 1 });
      return true;
    }
  }
  return { ...real, CallPace: CountingStragglers };
}
