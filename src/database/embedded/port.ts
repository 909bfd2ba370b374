import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { systemCode } from './files.js';
import { unavailable } from './unavailable.js';

/** The only address that the server listens on: it is reached from this machine alone. */
export const HOST = '127.0.0.1';

/**
 * Below every system's ephemeral range (Linux's begins at 32768), so that no outgoing connection sits on the port
 * when we come back.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 100;

/** Whether nobody listens on the port of the loopback address now. It can change before PostgreSQL listens there. */
export const isPortFree = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) =>
      ['EADDRINUSE', 'EACCES'].includes(systemCode(error) ?? '') ? resolve(false) : reject(error),
    );
    server.listen({ host: HOST, port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/**
 * A free port, at random so that two clusters that look at the same time hardly meet. Throws UNAVAILABLE where none
 * is found.
 */
export async function chooseFreePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isPortFree(port)) return port;
  }
  throw unavailable(`no free port was found on ${HOST} between ${LOWEST} and ${HIGHEST} in ${TRIES} tries`);
}
