import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  callId,
  end,
  journalOptions,
  memoryLedger,
  receive,
  start,
  stream,
  tenantId,
  warningLogger,
} from '../../../test/support/memory-call.js';
import { MemoryObjects } from '../../../test/support/memory-objects.js';
import { until } from '../../../test/support/postgres/until.js';
import { readWav } from '../../audio/wav.js';
import { ERASED, MISSING } from '../../ledger/event-files.js';
import type { Ledger } from '../../ledger/ledger.js';
import { CallJournal } from '../call-journal.js';
import { CallRecordings } from './call-recordings.js';
import { fileBytesOf, StoredRecordings } from './stored-recordings.js';

/** What a frame of both channels says. */
const PART_MS = 4_096;

describe("calls' recordings", () => {
  let ledger: Ledger;
  let objects: MemoryObjects;
  let recordings: CallRecordings;
  let stored: StoredRecordings;
  let warnings: string[];
  let writers: number;

  beforeEach(() => {
    ledger = memoryLedger();
    objects = new MemoryObjects();
    warnings = [];
    writers = 0;
    const logger = warningLogger(warnings);
    recordings = new CallRecordings({ ledger, objects, worker: 'w', logger, now: Date.now });
    stored = new StoredRecordings({ ledger, objects });
  });

  const open = () => CallJournal.open(journalOptions(ledger, `writer-${++writers}`));

  /** A call whose media stream has come up, and is recorded from 500 ms on. */
  const begin = async () => {
    const journal = await open();
    void journal.record(receive);
    void journal.record(start(1));
    const recording = recordings.open(journal, 1, 500);
    await journal.flushed();
    return { journal, recording };
  };

  /** The caller says `value` for so long. */
  const speak = (
    { tap }: ReturnType<CallRecordings['open']>,
    fromMs: number,
    toMs: number,
    value = 0x20,
  ): void => {
    for (let at = fromMs; at < toMs; at += 20) tap.received(new Uint8Array(160).fill(value), at, at + 20);
  };

  const eventsOf = async (type: string) =>
    (await ledger.readStream(stream)).filter((event) => event.type === type).map(({ data }) => data);

  const listen = async () => {
    const recording = await stored.open(tenantId, callId);
    if (recording === null || recording === ERASED || recording === MISSING) return recording;
    const chunks: Buffer[] = [];
    for await (const chunk of recording.content(0, recording.bytes)) chunks.push(chunk);
    const file = Buffer.concat(chunks);
    expect(file).toHaveLength(recording.bytes);
    return { recording, file, audio: file.subarray(58) };
  };

  const listened = async () => {
    const found = await listen();
    if (found === null || typeof found === 'string') throw new Error(`There is no recording: ${found}.`);
    return found;
  };

  it('are told of at their beginning and, with a hash, at their end, and can be listened to', async () => {
    const { journal, recording } = await begin();
    speak(recording, 500, 10_500);
    void journal.record(end);
    recording.end(10_500);
    await recordings.flushed();
    const [started] = await eventsOf('RecordingStarted');
    expect(started).toEqual({ attempt: 1, folder: expect.any(String), startedAtMs: 500 });
    expect(await eventsOf('RecordingStored')).toEqual([
      {
        attempt: 1,
        object: expect.stringMatching(
          /^recordings\/tnt_.*\/call_.*\/1-[0-9a-f]{12}\/list-[0-9a-f]{16}\.json$/,
        ),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        bytes: expect.any(Number),
        startedAtMs: 500,
        durationMs: 10_000,
        encoding: 'audio/x-mulaw',
        sampleRateHz: 8_000,
        channels: ['caller', 'agent'],
        complete: true,
      },
    ]);
    const { file, audio } = await listened();
    expect(file).toHaveLength(fileBytesOf(10_000));
    expect(readWav(file)).toMatchObject({ format: 'mu-law', channels: 2, sampleRateHz: 8_000 });
    expect(new Set(audio.filter((_, at) => at % 2 === 0))).toEqual(new Set([0x20]));
    expect(new Set(audio.filter((_, at) => at % 2 === 1))).toEqual(new Set([0xff]));
    expect(warnings).toEqual([]);
  });

  it('are in the object store while the call lasts, and in the clear nowhere', async () => {
    const { recording } = await begin();
    speak(recording, 500, 500 + 2 * PART_MS + 2_100);
    await parts(2);
    expect([...objects.content.keys()].map((key) => key.slice(-6))).toEqual(['000000', '000001']);
    for (const content of objects.content.values()) {
      expect(content.includes(Buffer.alloc(64, Buffer.from([0x20, 0xff])))).toBe(false);
    }
  });
  /** So many parts are stored. */
  const parts = (count: number) =>
    until(`${count} parts are stored`, async () => objects.content.size >= count);

  it('give any range of the file', async () => {
    const { recording } = await begin();
    for (let at = 0; at < 12_000; at += 20) {
      recording.tap.received(new Uint8Array(160).fill((at / 20) % 256), at, 500 + at + 20);
    }
    recording.end(12_500);
    await recordings.flushed();
    const { recording: found, file } = await listened();
    for (const [from, to] of [
      [0, 10],
      [50, 70],
      [58, 59],
      [65_590, 65_600],
      [70_000, 190_000],
      [file.length - 3, file.length],
    ] as const) {
      const chunks: Buffer[] = [];
      for await (const chunk of found.content(from, to)) chunks.push(chunk);
      expect(Buffer.concat(chunks).equals(file.subarray(from, to))).toBe(true);
    }
  });

  it('are nothing but noise once the call is erased, also for those who hold the files', async () => {
    const { recording } = await begin();
    speak(recording, 500, 6_000);
    recording.end(6_000);
    await recordings.flushed();
    const { recording: before } = await listened();
    await ledger.keys.destroy({ tenantId, kind: 'call', subjectId: callId }, 1);
    expect(await listen()).toBe(ERASED);
    const read = async () => {
      for await (const chunk of before.content(100, 200)) expect(chunk).toBeNull();
    };
    await expect(read()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching('was erased'),
    });
  });

  it('of a call that is erased on the line stay unreadable', async () => {
    const { recording } = await begin();
    speak(recording, 500, 7_000);
    await parts(1);
    await ledger.keys.destroy({ tenantId, kind: 'call', subjectId: callId }, 1);
    speak(recording, 7_000, 12_000);
    recording.end(12_000);
    await recordings.flushed();
    expect(await eventsOf('RecordingStored')).toHaveLength(1);
    expect(await listen()).toBe(ERASED);
  });

  it('are missing where only the ledger is', async () => {
    const { recording } = await begin();
    speak(recording, 500, 2_000);
    recording.end(2_000);
    await recordings.flushed();
    objects.content.clear();
    expect(await listen()).toBe(MISSING);
  });

  it('that were changed are not played', async () => {
    const { recording } = await begin();
    speak(recording, 500, 8_000);
    recording.end(8_000);
    await recordings.flushed();
    const [part = ''] = [...objects.content.keys()].filter((key) => key.endsWith('/000001'));
    const content = objects.content.get(part) ?? Buffer.alloc(0);
    content.writeUInt8(content.readUInt8(200) ^ 1, 200);
    await expect(listen()).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching('was changed'),
    });
    const [list = ''] = [...objects.content.keys()].filter((key) => key.endsWith('.json'));
    objects.content.set(list, Buffer.from(`${objects.content.get(list)} `));
    await expect(listen()).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching('was changed'),
    });
  });

  describe('whose worker died', () => {
    it('have all parts that were stored, and say that there was more', async () => {
      const { journal, recording } = await begin();
      speak(recording, 500, 500 + 2 * PART_MS + 2_100);
      await parts(2);
      // It's dead: nobody calls `end`.
      await recordings.recover(stream);
      expect(await eventsOf('RecordingStored')).toEqual([]);
      void journal.record({ type: 'LoseMedia', attempt: 1, atMs: 12_000 });
      await journal.flushed();
      await Promise.all([recordings.recover(stream), recordings.recover(stream)]);
      expect(await eventsOf('RecordingStored')).toEqual([
        expect.objectContaining({ attempt: 1, startedAtMs: 500, durationMs: 2 * PART_MS, complete: false }),
      ]);
      const { audio } = await listened();
      expect(new Set(audio.filter((_, at) => at % 2 === 0))).toEqual(new Set([0x20]));
    });

    it('before anything was stored, are told of as nothing', async () => {
      const { journal } = await begin();
      void journal.record(end);
      await journal.flushed();
      await recordings.recover(stream);
      expect(await eventsOf('RecordingStored')).toMatchObject([{ durationMs: 0, bytes: 0, complete: false }]);
      expect((await listened()).audio).toHaveLength(0);
    });

    it('go on with the next media stream, in one file with silence between', async () => {
      const { journal, recording } = await begin();
      speak(recording, 500, 500 + PART_MS + 2_100);
      await parts(1);
      void journal.record({ type: 'LoseMedia', attempt: 1, atMs: 7_000 });
      void journal.record({ ...start(2), atMs: 8_000 });
      const next = recordings.open(journal, 2, 8_000);
      speak(next, 8_000, 9_000, 0x30);
      next.end(9_000);
      await journal.flushed();
      await recordings.recover(stream);
      await recordings.flushed();
      const { audio } = await listened();
      expect(audio).toHaveLength(8_500 * 16);
      const at = (ms: number) => audio[(ms - 500) * 16];
      expect([at(500), at(4_595), at(4_597), at(7_999), at(8_000), at(8_999)]).toEqual([
        0x20, 0x20, 0xff, 0xff, 0x30, 0x30,
      ]);
    });

    it('are not told of twice by a worker that only seemed dead', async () => {
      const { journal, recording } = await begin();
      speak(recording, 500, 500 + PART_MS + 2_100);
      await parts(1);
      const other = await open();
      void other.record({ type: 'LoseMedia', attempt: 1, atMs: 7_000 });
      await other.flushed();
      await recordings.recover(stream);
      recording.end(9_000);
      await recordings.flushed();
      await journal.flushed();
      expect(await eventsOf('RecordingStored')).toHaveLength(1);
    });
  });

  describe('while the object store is away', () => {
    it('lose what it was away for, and keep their time', async () => {
      const { recording } = await begin();
      objects.isAway = true;
      // More than waits for it.
      speak(recording, 500, 50_500);
      objects.isAway = false;
      await until('what waited is stored', async () => objects.content.size === 8);
      speak(recording, 50_500, 60_500, 0x30);
      recording.end(60_500);
      await recordings.flushed();
      expect(await eventsOf('RecordingStored')).toMatchObject([{ durationMs: 60_000, complete: false }]);
      const { audio } = await listened();
      const at = (ms: number) => audio[(ms - 500) * 16];
      expect([at(500), at(500 + 8 * PART_MS), at(55_000), at(60_499)]).toEqual([0x20, 0xff, 0x30, 0x30]);
    });

    it('are finished by somebody else once it is back', async () => {
      const { journal, recording } = await begin();
      speak(recording, 500, 500 + PART_MS + 2_100);
      await parts(1);
      void journal.record(end);
      objects.isAway = true;
      recording.end(500 + PART_MS + 2_100);
      await recordings.flushed();
      expect(warnings).toEqual(['A part of a recording is lost.', 'A recording is not stored yet.']);
      await expect(recordings.recover(stream)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      objects.isAway = false;
      await recordings.recover(stream);
      expect(await eventsOf('RecordingStored')).toMatchObject([{ durationMs: PART_MS, complete: false }]);
    });
  });
});
