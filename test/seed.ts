/**
 * Setup file of the projects `unit` and `worker`: PROPERTY_SEED is the seed of all property tests (fast-check), so that
 * `npm test` draws the same values each time. Without it each run draws new ones; a failure prints its seed either way.
 */
import fc from "fast-check";

const seed = process.env["PROPERTY_SEED"];
if (seed !== undefined && seed !== "") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
