/** `npm test`: makes the tools ready, then hands over to lib/run-tests.ts, which says what it does. */
import { withTools } from "./lib/toolchain.mjs";

await withTools(() => import("./lib/run-tests.ts"));
