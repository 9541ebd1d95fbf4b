/** `npm run deploy`: makes the tools ready, then hands over to lib/deploy-to-cloudflare.ts, which says what it does. */
import { withTools } from "./lib/toolchain.mjs";

await withTools(() => import("./lib/deploy-to-cloudflare.ts"));
