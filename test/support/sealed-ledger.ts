import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { silentLogger } from '../../src/domain/logger.js';
import { callStream } from '../../src/domain/stream.js';
import type { EventStore, StoredEvent } from '../../src/ledger/event-store.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { FileObjectStore } from '../../src/objects/file-object-store.js';
import type { ObjectStore } from '../../src/objects/object-store.js';
import { exportLines } from '../../src/replay/seals/export-file.js';
import { Sealer } from '../../src/replay/seals/sealer.js';
import { Signer, TrustedKeys } from '../../src/replay/seals/signing.js';
import { type FileVerdict, verifyFile } from '../../src/replay/seals/verify-file.js';
import { type Verdict, verifyLedger } from '../../src/replay/seals/verify-ledger.js';
import { type TestCall, testCall } from './call-events.js';
import { startTestLedger, type TestLedger, testContext } from './ledger.js';
import { makeTestDirectory, removeTestDirectory } from './postgres/test-directory.js';
import { testSealKey } from './secrets.js';

export const tenantId = 'tnt_00000000000000000000000001';
export const otherTenant = 'tnt_00000000000000000000000002';

const unhurried = () => ({ onProgress: () => undefined, signal: new AbortController().signal });
const trustedBy = (signer: Signer) => new TrustedKeys([signer.publicKey]);

/** A ledger of its own with an object store, a clock that only the test moves, and a superuser who does as he likes. */
export class SealedLedger {
  readonly signer = new Signer(testSealKey());
  readonly stranger = new Signer(testSealKey(2));
  readonly objects: ObjectStore;
  nowMs = Date.parse('2026-11-21T12:00:00.000Z');
  readonly #test: TestLedger;
  readonly #directory: string;

  private constructor(test: TestLedger, directory: string) {
    this.#test = test;
    this.#directory = directory;
    this.objects = new FileObjectStore(this.objectsDirectory);
  }

  static async start(): Promise<SealedLedger> {
    return new SealedLedger(await startTestLedger(), await makeTestDirectory());
  }

  get ledger(): Ledger {
    return this.#test.ledger;
  }

  get objectsDirectory(): string {
    return join(this.#directory, 'objects');
  }

  sealer(objects: ObjectStore = this.objects): Sealer {
    const { ledger, signer } = this;
    return new Sealer({ ledger, objects, signer, worker: 'w', logger: silentLogger, now: () => this.nowMs });
  }

  /** A call of `7 + 4 × turns` events. */
  async append(turns: number, tenant = tenantId): Promise<TestCall> {
    const call = testCall(turns);
    await this.ledger.keys.createCallKey(tenant, call.contactId, call.callId);
    await this.ledger.append(
      callStream(tenant, call.callId),
      call.events,
      'none',
      testContext(`append:${call.callId}`),
    );
    return call;
  }

  /** Lets a minute pass between two looks. */
  async seal(sealer = this.sealer()): Promise<void> {
    await sealer.look();
    this.nowMs += 60_000;
    await sealer.look();
  }

  async events(): Promise<readonly StoredEvent[]> {
    const all: StoredEvent[] = [];
    for await (const { events } of this.ledger.store.readAll()) all.push(...events);
    return all;
  }

  /** As the superuser, for whom no trigger is in the way. */
  async tamper(...statements: readonly string[]): Promise<void> {
    const client = new pg.Client(this.#test.url);
    await client.connect();
    try {
      await client.query('alter table ledger.events disable trigger append_only');
      for (const statement of statements) await client.query(statement);
      await client.query('alter table ledger.events enable trigger append_only');
    } finally {
      await client.end();
    }
  }

  /** Somebody loses the object store. */
  async forgetCopies(): Promise<void> {
    await rm(this.objectsDirectory, { recursive: true });
  }

  verify(
    options: { from?: string; to?: string; store?: EventStore } = {},
    signer = this.signer,
  ): Promise<Verdict> {
    const { objects } = this;
    const { store } = this.ledger;
    return verifyLedger({ store, objects, trusted: trustedBy(signer), ...options, ...unhurried() });
  }

  /** The lines of an exported file. */
  async export(tenant: string | null = null): Promise<readonly string[]> {
    const texts: string[] = [];
    const batches = this.ledger.store.readAll();
    const exportedAt = '2026-11-21T12:00:00.000Z';
    const { signer } = this;
    const { onProgress } = unhurried();
    for await (const text of exportLines({ batches, signer, tenantId: tenant, exportedAt, onProgress })) {
      texts.push(text);
    }
    return texts.join('').trimEnd().split('\n');
  }

  async close(): Promise<void> {
    await this.#test.close();
    await removeTestDirectory(this.#directory);
  }
}

/** Offline, with nothing but the public key. */
export const verifyLines = (lines: readonly string[], signer: Signer): Promise<FileVerdict> =>
  verifyFile({ lines: asynchronous(lines), trusted: trustedBy(signer), ...unhurried() });

async function* asynchronous(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}
