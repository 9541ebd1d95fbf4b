/** The names by which the benchmark and the metered Worker speak to each other. Nothing else belongs here. */

/** Present on a request whose questions to D1 are to be counted; without it nothing stands between the app and D1. */
export const METER_HEADER = "x-bench-meter";
/** Rows that D1 read for the answer, as it bills them. */
export const ROWS_HEADER = "x-bench-rows-read";
export const QUERIES_HEADER = "x-bench-queries";
export const LOAD_PATH = "/bench/load";
