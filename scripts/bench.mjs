/** `npm run bench`: makes the tools ready, then hands over to lib/run-bench.ts, which says what it does. */
import { withTools } from "./lib/toolchain.mjs";

await withTools(() => import("./lib/run-bench.ts"));
