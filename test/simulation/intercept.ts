/**
 * Intercepts a world's network: answers single requests itself, for stories in which QuickBooks gives answers that no
 * failure of network.ts produces. All other requests go on to the network.
 */
import type { World } from "./world.ts";

/** Called for every request; if it answers, the request goes no further. */
export function interceptFetch(
  world: World,
  answer: (asked: { method: string; url: URL }) => Promise<Response | null> | Response | null,
): void {
  const real = world.network.fetch;
  Object.defineProperty(world.network, "fetch", {
    value: async (input: RequestInfo | URL, init?: RequestInit, waitedMs?: number) => {
      const url = new URL(input instanceof Request ? input.url : input);
      return (await answer({ method: init?.method ?? "GET", url })) ?? real(input, init, waitedMs);
    },
  });
}

/** A refusal of QuickBooks by a rule. */
export function refusal(code: string): Response {
  const Fault = { Error: [{ Message: "x", Detail: "x", code }], type: "ValidationFault" };
  return Response.json({ Fault }, { status: 400 });
}
