/**
 * Reads a request's body as bytes up to a limit. Stops at the limit, whatever `Content-Length` says, so that nobody
 * fills our memory; never decodes, since signatures are made over the bytes.
 */

/** The bytes of the body, or null where there are more than `maxBytes`. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (Number(request.headers.get("content-length") ?? "0") > maxBytes) return null;
  if (!request.body) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const step = await reader.read();
    if (step.done) break;
    const value: unknown = step.value;
    if (!(value instanceof Uint8Array)) continue;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Whether the content type says JSON in UTF-8, uncompressed. */
export function isJsonBody(headers: Headers): boolean {
  const [type = "", ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";");
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith("charset="));
  const isUtf8 =
    charset === undefined || ["utf-8", "utf8"].includes(charset.slice("charset=".length).replaceAll('"', ""));
  const isPlain = (headers.get("content-encoding") ?? "identity").trim().toLowerCase() === "identity";
  return type.trim() === "application/json" && isUtf8 && isPlain;
}

/** The text of UTF-8 bytes, or null where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
