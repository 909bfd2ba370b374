import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode, isAppError } from '../../src/domain/errors.js';
import { toBase32 } from '../../src/domain/ids.js';
import { accessStream } from '../../src/domain/stream.js';
import { openLedger, testContext } from './ledger.js';

/**
 * A process that appends to some streams at once for as long as it lives, and prints `<stream> <revision>` for each
 * append that the ledger confirmed. It starts where its streams end, and sends what it sent last once more: nobody
 * knows what became of that. Tests run it, compiled, to have somebody to kill.
 */
const [databaseUrl = '', tenantId = ''] = process.argv.slice(2);
const STREAMS = 12;
const MAX_EVENTS = 4;

const { ledger } = openLedger(databaseUrl);

const eventsOf = (number: number) =>
  Array.from({ length: 1 + (number % MAX_EVENTS) }, () => ({
    type: 'RecordsRead' as const,
    data: { permission: 'calls:read', subject: String(number) },
  }));

/** The same command again and again until its outcome is known: the same ids, so that it's stored once. */
const append = async (stream: string, number: number, revision: number): Promise<number> => {
  const expected = revision === -1 ? 'none' : revision;
  for (;;) {
    try {
      return (await ledger.append(stream, eventsOf(number), expected, testContext(`${stream}:${number}`)))
        .revision;
    } catch (error) {
      const isAway = isAppError(error, ErrorCode.UNAVAILABLE) || isAppError(error, ErrorCode.OUTCOME_UNKNOWN);
      if (!isAway) throw error;
      await sleep(20);
    }
  }
};

const write = async (stream: string): Promise<void> => {
  const past = await ledger.readStream(stream);
  const last = past.at(-1);
  let number = last ? Number((last.data as { subject: string }).subject) : 0;
  let revision = last ? last.revision - eventsOf(number).length : -1;
  for (; ; number++) {
    revision = await append(stream, number, revision);
    process.stdout.write(`${stream} ${revision}\n`);
  }
};

const nameOf = (at: number): string => toBase32(createHash('sha256').update(String(at)).digest());

await Promise.all(Array.from({ length: STREAMS }, (_, at) => write(accessStream(tenantId, nameOf(at)))));
