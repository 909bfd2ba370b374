import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testContext } from '../../../test/support/ledger.js';
import { MemoryEventStore } from '../../../test/support/memory-event-store.js';
import { MemoryKeyStore } from '../../../test/support/memory-key-store.js';
import { until } from '../../../test/support/postgres/until.js';
import { testMasterKey, testSealKey } from '../../../test/support/secrets.js';
import { eventDefinitions } from '../../domain/events.js';
import type { Logger } from '../../domain/logger.js';
import { silentLogger } from '../../domain/logger.js';
import { SEAL_STREAM } from '../../domain/seal/events.js';
import { reservationStream } from '../../domain/stream.js';
import { Codec } from '../../ledger/codec/codec.js';
import { KeyRing } from '../../ledger/keys/key-ring.js';
import { Ledger } from '../../ledger/ledger.js';
import { FileObjectStore } from '../../objects/file-object-store.js';
import { Sealer } from './sealer.js';
import { Signer } from './signing.js';

describe('the sealer', () => {
  let directory: string;
  let store: MemoryEventStore;
  let ledger: Ledger;
  let nowMs: number;
  let logged: string[];
  let streams: number;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ledgerline-sealer-'));
    store = new MemoryEventStore();
    const keys = new KeyRing(new MemoryKeyStore(), testMasterKey);
    ledger = new Ledger(store, new Codec(eventDefinitions, keys), keys);
    nowMs = Date.parse('2026-11-21T12:00:00.000Z');
    logged = [];
    streams = 0;
  });
  afterEach(() => rm(directory, { recursive: true }));

  const sealer = () => {
    const log = (_: object, message: string) => logged.push(message);
    const logger: Logger = { ...silentLogger, info: log, warn: log };
    const objects = new FileObjectStore(join(directory, 'objects'));
    const signer = new Signer(testSealKey());
    return new Sealer({ ledger, objects, signer, worker: 'w', logger, now: () => nowMs });
  };

  const append = async () => {
    const stream = reservationStream(`value${++streams}`);
    const event = { type: 'Reserved', data: { ownerStream: 'user-sys_1', commandId: 'c' } } as const;
    await ledger.append(stream, [event], 'none', testContext(stream));
  };

  const seals = async () =>
    (await store.readStream(SEAL_STREAM)).map(({ data }) => {
      const { number, from, to } = JSON.parse(data);
      return [number, from, to];
    });

  it('makes one seal where the answer to its append was lost', async () => {
    const one = sealer();
    await append();
    await one.look();
    nowMs += 60_000;
    store.faults.push('answer lost');
    await one.look().catch(() => undefined);
    await append();
    await one.look();
    nowMs += 60_000;
    await one.look();
    expect(await seals()).toEqual([
      [0, '1', '1'],
      [1, '2', '3'],
    ]);
  });

  it('goes on from the last seal that is there when the ledger has lost some', async () => {
    const one = sealer();
    for (let seal = 0; seal < 2; seal++) {
      await append();
      await one.look();
      nowMs += 60_000;
      await one.look();
    }
    store.lose(2);
    await append();
    for (let looks = 0; looks < 6; looks++) {
      await append();
      await one.look();
      nowMs += 60_000;
    }
    const [, [number, from] = []] = await seals();
    expect([number, from]).toEqual([1, '2']);
  });

  it('does not wait for a clock that was set back', async () => {
    const one = sealer();
    await append();
    await one.look();
    nowMs -= 86_400_000;
    await one.look();
    expect(await seals()).toEqual([[0, '1', '1']]);
  });

  it('seals after an outage what was appended in it, and says once that it could not', async () => {
    const one = sealer();
    await append();
    store.isAway = true;
    one.start();
    await until('it said so', async () => logged.length > 0);
    store.isAway = false;
    await until('it looked', async () => logged.length > 1);
    nowMs += 60_000;
    await until('it sealed', async () => (await seals()).length > 0);
    await one.stop();
    expect(logged).toEqual(["The ledger can't be sealed now.", 'The ledger is sealed again.']);
    expect(await seals()).toEqual([[0, '1', '1']]);
  });

  it('stops at once, also before it started', async () => {
    const one = sealer();
    one.start();
    await one.stop();
    await sealer().stop();
    expect(await seals()).toEqual([]);
  });
});
