/** `npm run bench`: makes the tools ready, then hands over to bench/run-bench.ts, which says what it does. */
import { withTools } from "./lib/toolchain.mjs";

await withTools(() => import("../bench/run-bench.ts"));
