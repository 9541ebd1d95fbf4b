/** The repository's folder, for programs that run once its tools are ready. */
import { resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "..", "..");
