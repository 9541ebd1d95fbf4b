/** `npm run simulate`: makes the tools ready, then hands over to lib/run-simulation.ts, which says what it does. */
import { withTools } from "./lib/toolchain.mjs";

await withTools(() => import("./lib/run-simulation.ts"));
