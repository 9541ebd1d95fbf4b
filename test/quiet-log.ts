/**
 * Setup file of the `worker` project: our log lines go nowhere. Passed on by vitest, a line of the queue or of an alarm
 * waits for its receipt in a request that is over by then, and the test file never comes to its end.
 */
console.log = () => undefined;
