/**
 * Responses that are not usable: a connection that breaks, a long silence, a body cut off in the middle. Only scenarios
 * make them. Whether the work was done has been decided before.
 */

/**
 * Time for the status line to get through; if it breaks sooner, `wrangler dev` repeats a GET on its own and hides the
 * break.
 */
const HEADERS_OUT_MS = 250;

/** Breaks the connection: the client gets a status line and an aborted body, never a complete response. */
export function droppedResponse(): Response {
  const { readable: body, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  writer
    .write(new TextEncoder().encode(" "))
    .then(() => scheduler.wait(HEADERS_OUT_MS))
    .then(() => writer.abort(new Error("The emulator dropped this connection on purpose")))
    .catch(() => undefined);
  return new Response(body, { status: 200, headers: { "content-type": "application/json" } });
}

/** Stays silent for that long, then breaks the connection. */
export async function hangingResponse(seconds: number): Promise<Response> {
  await scheduler.wait(seconds * 1000);
  return droppedResponse();
}

/** A complete HTTP response whose JSON stops in the middle. */
export function truncatedText(text: string): string {
  return text.slice(0, Math.max(1, Math.floor(text.length / 2)));
}
