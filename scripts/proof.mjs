/** `npm run proof`: makes the tools ready, then hands over to lib/run-proof.ts, which says what it does. */
import { withTools } from "./lib/toolchain.mjs";

await withTools(() => import("./lib/run-proof.ts"));
