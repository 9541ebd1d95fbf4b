/** Stands in for `cloudflare:workers` where the gate's class runs in Node. */

export class DurableObject {
  constructor(
    readonly ctx: unknown,
    readonly env: unknown,
  ) {}
}
