/**
 * An order system for tests, signing with the `standardwebhooks` package: an implementation of the specification that shares
 * no line with the app's or the demo's. It returns every answer as it is, the bad ones too.
 */
import { Webhook as Signer } from "standardwebhooks";
import type { OrderEvent } from "../../scripts/demo/northwind.ts";

export interface DeliveryAnswer {
  status: number;
  body: unknown;
}

const ANSWER_LIMIT_MS = 60_000;
let serial = 0;

/** A delivery ID that no other delivery of this process has. */
export function newDeliveryId(): string {
  serial += 1;
  return `msg_${process.pid}_${Date.now().toString(36)}_${serial}`;
}

export class OrderSystem {
  readonly url: string;
  readonly secret: string;

  constructor(url: string, secret: string) {
    this.url = url;
    this.secret = secret;
  }

  /** Signs and delivers an event. Give `id` to deliver the same again. */
  send(event: OrderEvent, id = newDeliveryId()): Promise<DeliveryAnswer> {
    return this.sendText(JSON.stringify(event), id);
  }

  /** Signs and delivers a body as it is. */
  async sendText(body: string, id = newDeliveryId(), at = new Date()): Promise<DeliveryAnswer> {
    const signature = new Signer(this.secret).sign(id, at, body);
    const response = await fetch(this.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "webhook-signature": signature,
      },
      body,
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    const text = await response.text();
    return { status: response.status, body: readJson(text) };
  }

  /** Delivers many events, `atOnce` at a time, and throws at the first that is not accepted. */
  async sendAll(deliveries: { id?: string; event: OrderEvent }[], atOnce = 6): Promise<void> {
    const waiting = deliveries.values();
    const sendNext = async () => {
      for (const { id, event } of waiting) {
        const answer = await this.send(event, id);
        if (answer.status !== 202)
          throw new Error(`${event.type} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, sendNext));
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
