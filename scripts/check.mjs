/** `npm run check`: makes the tools ready, then hands over to lib/run-checks.ts, which says what it does. */
import { withTools } from "./lib/toolchain.mjs";

await withTools(() => import("./lib/run-checks.ts"));
