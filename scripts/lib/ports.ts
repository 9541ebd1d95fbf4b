/** Finds out whether a port of this machine is free, and finds free ones. It never ends the program that holds a port. */
import { createServer } from "node:net";

/** localhost may mean either; a program on one of them is enough to be in the way. */
const LOOPBACKS = ["127.0.0.1", "::1"];
/** A machine without IPv6 is no reason to call a port taken. */
const NO_SUCH_ADDRESS = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);
const RETRY_AFTER_MS = 250;

/** True when both loopback addresses accept a listener on `port`, at the latest after `waitMs`. */
export async function isPortFree(port: number, waitMs = 0): Promise<boolean> {
  const until = Date.now() + waitMs;
  for (;;) {
    const answers = await Promise.all(LOOPBACKS.map((host) => canListen(port, host)));
    if (answers.every(Boolean)) return true;
    if (Date.now() >= until) return false;
    await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
  }
}

/** `count` different ports that were free a moment ago. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            if (address === null || typeof address === "string") reject(new Error("no port"));
            else resolve(address.port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(NO_SUCH_ADDRESS.has(error.code ?? "")));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
