/** `npm run emulator`: makes the tools ready, then hands over to lib/start-emulator.ts, which says what it does. */
import { withTools } from "./lib/toolchain.mjs";

await withTools(() => import("./lib/start-emulator.ts"));
