/**
 * Answers that are none: a connection that breaks, a silence that lasts, a body cut in the middle.
 * Only scenarios make them. Whether the work was done is settled before one of these is built.
 */

/** Time for the status line to get through; broken sooner, `wrangler dev` repeats a GET by itself and hides the break. */
const HEADERS_OUT_MS = 250;

/** Breaks the connection: the client gets a status line and an aborted body, never a complete answer. */
export function droppedAnswer(): Response {
  const { readable: body, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  writer
    .write(new TextEncoder().encode(" "))
    .then(() => scheduler.wait(HEADERS_OUT_MS))
    .then(() => writer.abort(new Error("The emulator dropped this connection on purpose")))
    .catch(() => undefined);
  return new Response(body, { status: 200, headers: { "content-type": "application/json" } });
}

/** Says nothing for so long, then breaks the connection. */
export async function hangingAnswer(seconds: number): Promise<Response> {
  await scheduler.wait(seconds * 1000);
  return droppedAnswer();
}

/** A complete HTTP answer whose JSON stops in the middle. */
export function truncatedText(text: string): string {
  return text.slice(0, Math.max(1, Math.floor(text.length / 2)));
}
