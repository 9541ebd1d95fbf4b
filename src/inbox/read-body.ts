/**
 * Reads the body of a webhook, up to a limit. A body whose declared length is over the limit is not read at all.
 */
import { readBytes } from "../platform/read-bytes.ts";

/** The bytes of the body, or null if there are more than `maxBytes`. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (Number(request.headers.get("content-length") ?? "0") > maxBytes) return null;
  return readBytes(request.body, maxBytes);
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

/** The text of UTF-8 bytes, or null if they are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
