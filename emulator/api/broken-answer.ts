// Answers that are none: a connection that breaks, a silence that lasts, a body cut in the middle.
// Only scenarios make them. Whether the work was done is settled before one of these is built.

/** Breaks the connection: the client gets a reset or an aborted body, never a complete answer. */
export function droppedAnswer(): Response {
  let isFirst = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (isFirst) {
        isFirst = false;
        controller.enqueue(new TextEncoder().encode(" "));
        return;
      }
      await scheduler.wait(50);
      controller.error(new Error("The emulator dropped this connection on purpose"));
    },
  });
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
