import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so long for the ledger. `false`: it isn't stored yet, and will be when the ledger is back. */
export const storedWithin = (ms: number, stored: Promise<void>): Promise<boolean> =>
  Promise.race([stored.then(() => true), sleep(ms, false, { ref: false })]);
