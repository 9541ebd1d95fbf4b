/**
 * A program that is told by webhook: a real HTTP server that verifies each delivery with the `standardwebhooks` package and
 * keeps what was right. It can answer badly, and go away and come back at the same port.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { pause } from "./app.ts";

export interface Delivered {
  id: string;
  /** The `webhook-timestamp`, in seconds. */
  timestamp: number;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
  /** What it was answered. */
  status: number;
}

const LOOK_EVERY_MS = 200;

export class WebhookReceiver {
  /** Deliveries whose signature was right, whatever they were answered. */
  readonly deliveries: Delivered[] = [];
  /** How many were not: none may be. */
  wrong = 0;
  /** What it answers; 0: it never does. */
  status = 204;
  secret = "";
  #server: Server | null = null;
  #port = 0;

  /** Listens; at the port that it had before, where it had one. */
  async up(): Promise<void> {
    const server = createServer((request, response) => void this.#take(request, response));
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Closes the port: who calls is refused by the system. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`;
  }

  /** Those of a type that it acknowledged. */
  acknowledged(type: string): Delivered[] {
    return this.deliveries.filter((delivery) => delivery.body.type === type && delivery.status < 300);
  }

  /** Looks until `wanted` finds something; throws with what came instead. */
  async until<T>(wanted: () => T | undefined | false, limitMs: number): Promise<T> {
    const end = Date.now() + limitMs;
    for (;;) {
      const found = wanted();
      if (found !== undefined && found !== false) return found;
      if (Date.now() > end) {
        const came = this.deliveries.map(({ body, status }) => `${body.type} → ${status}`);
        throw new Error(
          `After ${limitMs} ms there came only: ${came.join(", ") || "nothing"}; wrong signatures: ${this.wrong}`,
        );
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request);
    const headers = {
      "webhook-id": one(request, "webhook-id"),
      "webhook-timestamp": one(request, "webhook-timestamp"),
      "webhook-signature": one(request, "webhook-signature"),
    };
    try {
      const body = new Webhook(this.secret).verify(sent, headers) as Delivered["body"];
      this.deliveries.push({
        id: headers["webhook-id"],
        timestamp: Number(headers["webhook-timestamp"]),
        body,
        status: this.status,
      });
    } catch {
      this.wrong += 1;
    }
    if (this.status === 0) return;
    response.writeHead(this.status).end("an answer that nobody reads");
  }
}

function one(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}
