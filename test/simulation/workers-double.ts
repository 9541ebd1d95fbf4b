/** Replaces `cloudflare:workers` if the gate's class runs in Node. */

export class DurableObject {
  constructor(
    readonly ctx: unknown,
    readonly env: unknown,
  ) {}
}
