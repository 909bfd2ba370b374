import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportDecider } from '../../src/domain/export/decider.js';
import { newId } from '../../src/domain/ids.js';
import { silentLogger } from '../../src/domain/logger.js';
import { exportStream } from '../../src/domain/stream.js';
import { load } from '../../src/ledger/load.js';
import { eventFiles } from '../../src/main/event-files.js';
import { FileObjectStore } from '../../src/objects/file-object-store.js';
import { applyErasure } from '../../src/tenancy/erasure.js';
import { makeExports } from '../../src/tenancy/export/make-exports.js';
import { OpenArchive, openArchive } from '../../src/tenancy/export/stored-archive.js';
import { DyingEventStore } from '../support/dying-event-store.js';
import { testContext } from '../support/ledger.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { contactOf, SpokenCall } from '../support/spoken-call.js';
import { type Process, World } from '../support/workflow-world.js';

const ANN = { number: '+14155550177', words: 'rutabaga' };
const tenantId = newId('tenant');
const subjectId = contactOf(tenantId, ANN.number);

describe('the archive of a data export', () => {
  let world: World;
  let directory: string;
  let stream: string;
  beforeEach(async () => {
    world = new World();
    directory = await makeTestDirectory();
    await speak();
    await ask();
  });
  afterEach(() => removeTestDirectory(directory));

  const speak = (words = ANN.words): Promise<string> =>
    new SpokenCall(world.process().ledger, tenantId, { ...ANN, words }).toItsEnd();

  const ask = async (): Promise<void> => {
    const exportId = newId('export');
    stream = exportStream(tenantId, exportId);
    const data = { exportId, kind: 'contact', subjectId } as const;
    const asked = { type: 'DataExportRequested', data } as const;
    await world.process().ledger.append(stream, [asked], 'none', testContext(randomUUID()));
  };

  const make = async (
    { ledger }: Pick<Process, 'ledger'> = world.process(),
    signal = new AbortController().signal,
  ): Promise<void> => {
    const objects = new FileObjectStore(directory);
    const [event] = await world.process().ledger.readStream(stream);
    if (!event) throw new Error('Nobody asked for it.');
    const files = eventFiles({ ledger, objects });
    await makeExports({ ledger, objects, files, logger: silentLogger, now: Date.now, signal }).finish(event);
  };

  const opened = async () => {
    const { ledger } = world.process();
    const { archive } = await load(ledger, exportDecider, stream);
    if (!archive) throw new Error('It is not ready.');
    return openArchive({ ledger, objects: new FileObjectStore(directory) }, stream, archive);
  };

  const contentOf = async (archive: Awaited<ReturnType<typeof opened>>, start = 0, end = Infinity) => {
    if (!(archive instanceof OpenArchive)) throw new Error(`It is ${archive}.`);
    const chunks: Buffer[] = [];
    for await (const chunk of archive.content(start, Math.min(end, archive.bytes))) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  const typesOf = async () => (await world.process().ledger.readStream(stream)).map(({ type }) => type);

  it('is one, where its process dies instead of saying so, or right after', async () => {
    for (const isDone of [false, true]) {
      await ask();
      const dying = new DyingEventStore(world.store, { atAppend: 0, isDone });
      await Promise.race([make(world.process(dying)), dying.died]);
      expect(dying.isDead).toBe(true);
      await make();
      expect(await typesOf()).toEqual(['DataExportRequested', 'DataExportReady']);
      expect(String(await contentOf(await opened()))).toContain(ANN.words);
    }
  });

  it('is one, where several processes make it at the same time', async () => {
    await Promise.all([make(), make(), make()]);
    expect(await typesOf()).toEqual(['DataExportRequested', 'DataExportReady']);
    expect(String(await contentOf(await opened()))).toContain(ANN.words);
  });

  it('is left to the next process by one that stops', async () => {
    const stop = new AbortController();
    stop.abort();
    // What a reactor is told to do again.
    await expect(make(world.process(), stop.signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await typesOf()).toEqual(['DataExportRequested']);
    await make();
    expect(await typesOf()).toEqual(['DataExportRequested', 'DataExportReady']);
  });

  it('is read from any byte to any other, over several parts', async () => {
    for (let calls = 0; calls < 9; calls++) await speak('turnip '.repeat(14_000));
    await make();
    const archive = await opened();
    const whole = await contentOf(archive);
    // A part has 4 MiB.
    expect(whole.length).toBeGreaterThan(4.5 * 1024 * 1024);
    const end = whole.length;
    for (const [from, to] of [
      [0, 1],
      [4_000_000, 4_400_000],
      [end - 1, end],
      [4_194_000, 4_800_000],
    ] as const) {
      expect((await contentOf(archive, from, to)).equals(whole.subarray(from, to))).toBe(true);
    }
  });

  it('opens no more once its contact is erased, and one that is made after has nulls', async () => {
    await make();
    const command = testContext(randomUUID());
    const subject = { tenantId, kind: 'contact', subjectId, generation: 1 } as const;
    await applyErasure(world.process().ledger, { format: 1, ...subject, command });
    expect(await opened()).toBe('erased');
    await ask();
    await make();
    const text = String(await contentOf(await opened()));
    expect(text).not.toMatch(/rutabaga|4155550177/);
    expect(text).toContain('"from":null');
  });
});
