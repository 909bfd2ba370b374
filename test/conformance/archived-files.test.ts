import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { readWav } from '../../src/audio/wav.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { newId } from '../../src/domain/ids.js';
import { documentStream } from '../../src/domain/stream.js';
import { DocumentObjects } from '../../src/knowledge/document-objects.js';
import { Documents } from '../../src/knowledge/documents.js';
import type { EventFiles } from '../../src/ledger/event-files.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { ArchiveHash } from '../../src/tenancy/export/archive-file.js';
import { type ArchiveCounts, archiveLines } from '../../src/tenancy/export/archive-lines.js';
import { importTenant } from '../../src/tenancy/import/import-tenant.js';
import { createTenant } from '../../src/tenancy/tenants.js';
import { CallJournal } from '../../src/voice/call-journal.js';
import { CallRecordings } from '../../src/voice/recording/call-recordings.js';
import { OpenRecording, StoredRecordings } from '../../src/voice/recording/stored-recordings.js';
import { CallTraces } from '../../src/voice/trace/call-traces.js';
import { openTrace } from '../../src/voice/trace/trace-object.js';
import { importInto } from '../support/import-into.js';
import { Installation } from '../support/installation.js';
import { testContext } from '../support/ledger.js';
import {
  callId,
  end,
  journalOptions,
  receive,
  start,
  stream,
  tenantId,
  toldSettings,
  warningLogger,
} from '../support/memory-call.js';
import { testIndexKey, testMasterKey } from '../support/secrets.js';

const TEXT = 'We are open from nine to five. '.repeat(4_000);
const documentId = newId('document');
const { signal } = new AbortController();
type Process = ReturnType<Installation['process']>;
type Line = Record<string, unknown>;

const context = () => ({ ...testContext(randomUUID()), occurredAt: new Date().toISOString() });

/** A call of ten seconds with its recording and its trace. */
const makeCall = async ({ ledger, objects }: Process): Promise<void> => {
  const logger = warningLogger([]);
  const options = { ledger, objects, worker: 'w', logger, now: Date.now };
  const recordings = new CallRecordings(options);
  const traces = new CallTraces(options);
  const journal = await CallJournal.open(journalOptions(ledger, 'w'));
  void journal.record(receive);
  const whenStarted = journal.record(start(1));
  const recording = recordings.open(journal, 1, 500);
  const trace = traces.open(journal, toldSettings, whenStarted);
  trace.recorder.add(1_000, { type: 'key', digit: '7' }, null);
  for (let at = 0; at < 10_000; at += 20) {
    recording.tap.received(new Uint8Array(160).fill((at / 20) % 128), at, 500 + at + 20);
  }
  recording.end(10_500);
  trace.end();
  await Promise.all([recordings.flushed(), traces.flushed()]);
  void journal.record(end);
  await journal.flushed();
};

const eventsOf = async ({ ledger }: Process): Promise<readonly CallEvent[]> =>
  (await ledger.readStream(stream)) as readonly unknown[] as readonly CallEvent[];

const recordingOf = async ({ ledger, objects }: Process) => {
  const opened = await new StoredRecordings({ ledger, objects }).open(tenantId, callId);
  if (!(opened instanceof OpenRecording)) return opened;
  const chunks: Buffer[] = [];
  for await (const chunk of opened.content(0, opened.bytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const traceOf = async (process: Process) => {
  const stored = (await eventsOf(process)).flatMap((event) =>
    event.type === 'CallTraceStored' ? [event.data] : [],
  );
  if (!stored[0]) throw new Error('There is no trace.');
  return openTrace(process.objects, process.ledger.keys, stream, stored[0]);
};

const documentOf = async ({ ledger, objects }: Process) => {
  const [uploaded] = (await ledger.readStream(
    documentStream(tenantId, documentId),
  )) as readonly LedgerRecord[];
  if (uploaded?.type !== 'KnowledgeDocumentUploaded') throw new Error('There is no document.');
  const opened = await new DocumentObjects({ objects, keys: ledger.keys }).open(uploaded.data);
  return typeof opened === 'string' ? opened : opened.content.toString('utf8');
};

const everythingOf = async (process: Process) => ({
  recording: await recordingOf(process),
  trace: await traceOf(process),
  document: await documentOf(process),
});

const exported = async (process: Process, files: EventFiles = process.files) => {
  const subject = { tenantId, kind: 'tenant', subjectId: tenantId } as const;
  const texts: string[] = [];
  let counts: ArchiveCounts | undefined;
  const onProgress = (sofar: ArchiveCounts) => {
    counts = sofar;
  };
  const madeAt = new Date().toISOString();
  for await (const { text } of archiveLines({ ...process, files, subject, madeAt, signal, onProgress })) {
    texts.push(text.trimEnd());
  }
  return { texts, lines: texts.map((text): Line => JSON.parse(text)), counts };
};

/** The file of a kind, from its lines. */
const fileIn = (lines: readonly Line[], kind: string): Buffer => {
  const parts = lines.filter(({ file }) => file === kind);
  expect(parts.map(({ part, parts: of }) => [part, of])).toEqual(
    parts.map((_, at) => [at + 1, parts.length]),
  );
  return Buffer.from(parts.map(({ data }) => data).join(''), 'base64');
};

/** The same lines with hashes that fit; `change` gives what stands in a line's place. */
const rewritten = (texts: readonly string[], change: (line: Line) => readonly Line[]): readonly string[] => {
  const hash = new ArchiveHash();
  return texts.flatMap((text) => {
    const { check, sha256, ...line } = JSON.parse(text) as Line;
    return change(line).map((changed) => {
      if (sha256) return JSON.stringify({ ...changed, sha256: hash.sha256() });
      return check
        ? hash.checkedLine(changed as never).trimEnd()
        : hash.take(`${JSON.stringify(changed)}\n`).trimEnd();
    });
  });
};

describe('the files of an archive', () => {
  let origin: Process;

  beforeEach(async () => {
    origin = new Installation(testMasterKey, testIndexKey).process();
    const made = {
      tenantId,
      name: 'Acme',
      description: null,
      language: null,
      phoneNumber: null,
      createdBy: 'usr_1',
    };
    await createTenant(origin, made, context());
    await makeCall(origin);
    const objects = new DocumentObjects({ objects: origin.objects, keys: origin.ledger.keys });
    const document = { tenantId, documentId, title: 'Hours', description: null, tags: [], fileName: null };
    await new Documents({ ledger: origin.ledger, objects }).upload(
      { ...document, mediaType: 'text/plain', uploadedBy: 'usr_1', content: Buffer.from(TEXT) },
      context(),
    );
  });

  it('stand behind the events that name them, in the clear, and their lines put together are the files', async () => {
    const { lines, counts } = await exported(origin);
    expect(counts).toMatchObject({ files: 3, lostFiles: 0 });
    expect(lines.at(-1)).toMatchObject(counts ?? {});
    const recording = fileIn(lines, 'recording');
    expect(recording.equals((await recordingOf(origin)) as Buffer)).toBe(true);
    expect(readWav(recording)).toMatchObject({ format: 'mu-law', channels: 2, sampleRateHz: 8_000 });
    const [settings] = gunzipSync(fileIn(lines, 'trace')).toString('utf8').split('\n');
    expect(JSON.parse(settings ?? '')).toMatchObject({ settings: { greeting: 'Hello, Alice.' } });
    expect(fileIn(lines, 'original').toString('utf8')).toBe(TEXT);
    for (const [kind, type] of [
      ['recording', 'RecordingStored'],
      ['trace', 'CallTraceStored'],
      ['original', 'KnowledgeDocumentUploaded'],
    ]) {
      const at = lines.findIndex(({ file }) => file === kind);
      const { stream: of, revision } = lines[at] ?? {};
      expect(lines[at - 1]).toMatchObject({ type, stream: of, revision });
    }
  });

  it('come along to another installation, under its keys', async () => {
    const { texts } = await exported(origin);
    const there = new Installation().process();
    expect(await importInto(there, texts)).toMatchObject({ files: 3 });
    expect(await everythingOf(there)).toEqual(await everythingOf(origin));
    const stored = Buffer.concat([...there.objects.content.values()]);
    expect(stored.includes('nine to five')).toBe(false);
    // The greeting stands in the trace, packed; the recording is a ramp.
    for (const [name, content] of origin.objects.content) {
      expect([name, there.objects.content.get(name)?.equals(content)]).not.toEqual([name, true]);
    }
    await there.ledger.keys.destroy({ tenantId, kind: 'tenant', subjectId: tenantId }, 1);
    expect(await everythingOf(there)).toEqual({ recording: 'erased', trace: 'erased', document: 'erased' });
    expect((await exported(there)).counts).toMatchObject({ files: 0, lostFiles: 3 });
  });

  it('are whole, each once, however often the import was interrupted', async () => {
    const { texts } = await exported(origin);
    const there = new Installation().process();
    for (let end = 1; end < texts.length; end++) {
      let reads = 0;
      const cut = importTenant({
        ...there,
        lines: async function* () {
          yield* ++reads === 1 ? texts : texts.slice(0, end);
          if (reads > 1) throw new Error('killed');
        },
        signal,
        onProgress: () => undefined,
      });
      await expect(cut).rejects.toThrow('killed');
    }
    await importInto(there, texts);
    expect(await everythingOf(there)).toEqual(await everythingOf(origin));
    const names = (process: Process) =>
      [...process.objects.content.keys()].filter((name) => !name.includes('.trace')).length;
    expect(names(there)).toBe(names(origin));
  });

  it('that are gone, changed or erased are said to be so, and cost nobody the others', async () => {
    const { content } = origin.objects;
    const part = [...content.keys()].filter((name) => /recordings\/.*\/\d{6}$/.test(name)).at(-1) ?? '';
    content.delete(part);
    const trace = [...content.keys()].find((name) => name.endsWith('.trace')) ?? '';
    content.get(trace)?.fill(7, 100, 101);
    const { texts, lines, counts } = await exported(origin);
    expect(counts).toMatchObject({ files: 1, lostFiles: 2 });
    const lostOf = (kind: string) => lines.filter(({ file, lost }) => file === kind && lost);
    expect(lostOf('recording')).toMatchObject([{ data: null, lost: 'missing' }]);
    expect(lostOf('trace')).toMatchObject([{ data: null, lost: 'changed' }]);
    const there = new Installation().process();
    expect(await importInto(there, texts)).toMatchObject({ files: 1 });
    expect(await everythingOf(there)).toEqual({ recording: 'missing', trace: 'missing', document: TEXT });

    await origin.ledger.keys.destroy({ tenantId, kind: 'call', subjectId: callId }, 1);
    const after = await exported(origin);
    expect(after.counts).toMatchObject({ files: 1, lostFiles: 2 });
    expect(after.lines.filter(({ file }) => file === 'recording')).toMatchObject([
      { part: 0, parts: 0, data: null, lost: 'erased' },
    ]);
  });

  it('wait for an object store that is away', async () => {
    origin.objects.isAway = true;
    await expect(exported(origin)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('are refused out of their place, by the number of the line', async () => {
    const { texts, lines } = await exported(origin);
    const at = lines.findIndex(({ file, part }) => file === 'recording' && part === 2);
    const swaps: readonly (readonly Line[])[] = [
      // Left out, doubled, and of another event.
      [],
      [{ ...lines[at], part: 1 }],
      [{ ...lines[at], revision: 0 }],
    ];
    for (const swap of swaps) {
      const bad = rewritten(texts, (line) =>
        line.file === 'recording' && line.part === 2 ? swap.map(({ check: _, ...own }) => own) : [line],
      );
      const there = new Installation().process();
      await expect(importInto(there, bad)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringMatching(
          new RegExp(`^Line ${at + 1} doesn't belong here: it is part \\d of the recording of ${stream}\\.$`),
        ),
      });
      expect(there.objects.content.size).toBe(0);
    }
  });

  it('are none in an archive of version 1, which is imported as before', async () => {
    const { texts } = await exported(origin, () => null);
    const old = rewritten(texts, (line) => {
      if ('format' in line) return [{ ...line, version: 1 }];
      const { files: _, lostFiles: __, ...own } = line;
      return [own];
    });
    expect(old.at(-1)).not.toContain('files');
    const there = new Installation().process();
    expect(await importInto(there, old)).toMatchObject({ files: 0 });
    expect(await everythingOf(there)).toEqual({
      recording: 'missing',
      trace: 'missing',
      document: 'missing',
    });
  });
});
