/**
 * Setup file of the `worker` project: brings D1 to the newest schema before the tests of a file.
 * It applies the very files that production applies, so a broken migration fails here first.
 */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
