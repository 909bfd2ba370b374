import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, ErrorCode } from '../../src/domain/errors.js';
import { newId } from '../../src/domain/ids.js';
import { silentLogger } from '../../src/domain/logger.js';
import { documentStream, tenantStream } from '../../src/domain/stream.js';
import { DocumentObjects } from '../../src/knowledge/document-objects.js';
import { DocumentRemoval } from '../../src/knowledge/document-removal.js';
import { Documents } from '../../src/knowledge/documents.js';
import { spaceOf } from '../../src/knowledge/embedder.js';
import { createExactIndex } from '../../src/knowledge/exact-index.js';
import { Ingestion } from '../../src/knowledge/ingestion.js';
import { KnowledgeBase } from '../../src/knowledge/knowledge-base.js';
import { StoredDocuments } from '../../src/knowledge/stored-documents.js';
import type { VectorIndex } from '../../src/knowledge/vector-index.js';
import type { EventStore } from '../../src/ledger/event-store.js';
import type { ObjectStore } from '../../src/objects/object-store.js';
import { OwnObjectStore } from '../../src/objects/own-object-store.js';
import { StoreMarker } from '../../src/objects/store-marker.js';
import { StoreOwnership } from '../../src/objects/store-ownership.js';
import type { Embeddings } from '../../src/providers/embeddings.js';
import { createSandboxEmbeddings } from '../../src/providers/sandbox/embeddings.js';
import { applyErasure } from '../../src/tenancy/erasure.js';
import { DyingEventStore } from '../support/dying-event-store.js';
import { testContext } from '../support/ledger.js';
import { MemoryObjects } from '../support/memory-objects.js';
import { World } from '../support/workflow-world.js';

const TEXT = 'Our opening hours are nine to five.';
const DONE = [
  'KnowledgeDocumentUploaded',
  'KnowledgeDocumentParsed',
  'KnowledgeChunked',
  'KnowledgeEmbedded',
];
const { signal } = new AbortController();

describe('making a document findable', () => {
  let world: World;
  let files: MemoryObjects;
  /** The files, as a process has them. */
  let store: ObjectStore;
  let tenantId: string;
  let documentId: string;
  let stream: string;
  let asked: number;
  /** Before the provider answers. */
  let meanwhile: () => Promise<void>;
  beforeEach(async () => {
    world = new World();
    files = new MemoryObjects();
    store = files;
    tenantId = newId('tenant');
    asked = 0;
    meanwhile = async () => undefined;
    await upload();
  });

  const process = (events: EventStore = world.store) => {
    const { ledger } = world.process(events);
    const objects = new DocumentObjects({ objects: store, keys: ledger.keys });
    return { ledger, objects, documents: new Documents({ ledger, objects }) };
  };

  const upload = async (): Promise<void> => {
    documentId = newId('document');
    stream = documentStream(tenantId, documentId);
    const told = { title: 'Hours', description: null, tags: [], fileName: null, mediaType: 'text/plain' };
    const document = { tenantId, documentId, ...told, content: Buffer.from(TEXT), uploadedBy: 'usr_1' };
    await process().documents.upload(document, testContext(randomUUID()));
  };

  const withIndex = async <T>(work: (index: VectorIndex, documents: StoredDocuments) => Promise<T>) => {
    const documents = new StoredDocuments(process());
    const load = (tenant: string, id: string) => documents.vectorsOf(tenant, id);
    const index = createExactIndex({ load, documentsOf: async () => [documentId] });
    try {
      return await work(index, documents);
    } finally {
      await index.close();
    }
  };

  const sandbox = createSandboxEmbeddings();
  const embeddings: Embeddings = {
    ...sandbox,
    embed: async (texts, ...rest) => {
      asked++;
      await meanwhile();
      return sandbox.embed(texts, ...rest);
    },
  };

  const run = (store?: EventStore, stop: AbortSignal = signal): Promise<void> =>
    withIndex(async (index) => {
      const { ledger, objects } = process(store);
      const removal = new DocumentRemoval({ objects, index });
      const options = { ledger, objects, index, removal, embeddings, logger: silentLogger, now: Date.now };
      await new Ingestion({ ...options, signal: stop }).run(stream);
    });

  const forget = (work: (removal: DocumentRemoval) => Promise<void>): Promise<void> =>
    withIndex((index) => work(new DocumentRemoval({ objects: process().objects, index })));

  const found = () =>
    withIndex((index, documents) => {
      const space = spaceOf(sandbox);
      const catalogue = {
        spaces: async () => [space],
        ready: async () => [{ documentId, title: 'Hours', tags: [], ...space }],
      };
      const providers = { find: () => sandbox } as unknown as ConstructorParameters<
        typeof KnowledgeBase
      >[0]['providers'];
      const base = new KnowledgeBase({ catalogue, documents, index, providers });
      return base.search({ tenantId, text: 'When do you open?', limit: 3, minScore: -1 }, signal);
    });

  const eraseTenant = async (): Promise<void> => {
    const data = { tenantId, name: 'Acme', createdBy: 'usr_1' };
    const created = [{ type: 'TenantCreated', data } as const];
    await process().ledger.append(tenantStream(tenantId), created, 'none', testContext(randomUUID()));
    const subject = { tenantId, kind: 'tenant', subjectId: tenantId, generation: 1 } as const;
    await applyErasure(process().ledger, { format: 1, ...subject, command: testContext(randomUUID()) });
    await forget((removal) => removal.forgetErased(tenantId));
  };

  const typesOf = async () => (await process().ledger.readStream(stream)).map(({ type }) => type);
  const failureOf = async () => (await process().ledger.readStream(stream)).at(-1)?.data;

  it.each([0, 1, 2])(
    'goes on where its process was killed at step %i, and asks the provider once',
    async (atAppend) => {
      for (const isDone of [false, true]) {
        asked = 0;
        await upload();
        const dying = new DyingEventStore(world.store, { atAppend, isDone });
        await Promise.race([run(dying), dying.died]);
        expect(dying.isDead).toBe(true);
        await run();
        expect(await typesOf()).toEqual(DONE);
        expect(asked).toBe(1);
        expect(await found()).toMatchObject([{ text: TEXT, chunk: 0 }]);
      }
    },
  );

  it('is done once, where several processes are at it at the same time', async () => {
    await Promise.all([run(), run(), run()]);
    await run();
    expect(await typesOf()).toEqual(DONE);
    expect(await found()).toMatchObject([{ text: TEXT }]);
  });

  it('is left to the next process by one that stops', async () => {
    const stop = new AbortController();
    meanwhile = async () => stop.abort();
    await expect(run(world.store, stop.signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await typesOf()).toEqual(DONE.slice(0, 3));
    await run();
    expect(await typesOf()).toEqual(DONE);
  });

  it('waits for a provider or an object store that is away', async () => {
    for (const code of [ErrorCode.UNAVAILABLE, ErrorCode.RATE_LIMITED]) {
      meanwhile = async () => {
        throw new AppError(code, 'It is away.', { status: code === 'RATE_LIMITED' ? 429 : 503 });
      };
      await expect(run()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    }
    meanwhile = async () => undefined;
    files.isAway = true;
    await expect(run()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    files.isAway = false;
    await run();
    expect(await typesOf()).toEqual(DONE);
  });

  it('fails where the provider refuses it, an object was changed, or its file is not here', async () => {
    meanwhile = async () => {
      throw new AppError(ErrorCode.UNAVAILABLE, 'It answered 400.', { status: 400 });
    };
    await run();
    expect(await failureOf()).toEqual({
      step: 'embed',
      code: 'EMBEDDING_REFUSED',
      error: 'It answered 400.',
    });
    await upload();
    const original = [...files.content.keys()].find((key) => key.includes(documentId)) ?? '';
    files.content.get(original)?.reverse();
    await run();
    expect(await failureOf()).toMatchObject({ step: 'parse', code: 'INTERNAL' });
    await upload();
    files.content.clear();
    await run();
    expect(await failureOf()).toMatchObject({ step: 'parse', code: 'FILE_MISSING' });
  });

  it.each(['vectors', 'chunks'])('that is ready says so where its %s are gone, once', async (part) => {
    await run();
    for (const key of [...files.content.keys()]) if (key.endsWith(part)) files.content.delete(key);
    files.isAway = true;
    await expect(run()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    files.isAway = false;
    expect(await typesOf()).toEqual(DONE);
    await Promise.all([run(), run()]);
    await run();
    expect(await typesOf()).toEqual([...DONE, 'KnowledgeIngestionFailed']);
    expect(await failureOf()).toMatchObject({ step: 'embed', code: 'FILE_MISSING' });
  });

  it.each(['is new', 'is ready'])(
    'that %s waits for an object store that went away, and is not called missing',
    async (when) => {
      const marker = new StoreMarker(files);
      const id = await marker.readOrMake(randomUUID());
      const known = { read: async () => id, keep: async () => id, replace: async () => undefined };
      const ownership = new StoreOwnership({ marker, known, place: 'memory' });
      store = new OwnObjectStore(files, () => ownership.require(id));
      if (when === 'is ready') await run();
      const before = await typesOf();
      const there = new Map(files.content);
      files.content.clear();
      await expect(run()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(await typesOf()).toEqual(before);
      for (const [key, content] of there) files.content.set(key, content);
      await run();
      expect(await typesOf()).toEqual(DONE);
      expect(await found()).toMatchObject([{ text: TEXT }]);
    },
  );

  it('says nothing of files that are gone with its tenant', async () => {
    await run();
    await eraseTenant();
    expect([...files.content.keys()]).toEqual([]);
    await run();
    expect(await typesOf()).toEqual(DONE);
  });

  it('keeps nothing of what is removed meanwhile', async () => {
    meanwhile = async () => {
      await process().documents.remove({ tenantId, documentId }, testContext(randomUUID()));
      await forget((removal) => removal.forget(stream));
    };
    await run();
    expect(await typesOf()).toEqual([...DONE.slice(0, 3), 'KnowledgeDocumentRemoved']);
    expect([...files.content.keys()]).toEqual([]);
    expect(await found()).toEqual([]);
  });

  it('keeps nothing of a tenant that is erased meanwhile, and all of what comes after', async () => {
    meanwhile = eraseTenant;
    await run();
    expect([...files.content.keys()]).toEqual([]);
    expect(await found()).toEqual([]);
    meanwhile = async () => undefined;
    await upload();
    await run();
    await forget((removal) => removal.forgetErased(tenantId));
    expect(await typesOf()).toEqual(DONE);
    expect(await found()).toMatchObject([{ text: TEXT }]);
  });
});
