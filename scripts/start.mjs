/** `npm start`: makes the tools ready, then hands over to lib/start-everything.ts, which says what it does. */
import { withTools } from "./lib/toolchain.mjs";

await withTools(() => import("./lib/start-everything.ts"));
