import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/domain/ids.js';
import { callStream } from '../../src/domain/stream.js';
import { type ErasableSubject, eraseSubject } from '../../src/tenancy/erasure.js';
import { archiveLines } from '../../src/tenancy/export/archive-lines.js';
import { importTenant } from '../../src/tenancy/import/import-tenant.js';
import { eraseAgain } from '../../src/tenancy/reapply-erasures.js';
import { createTenant } from '../../src/tenancy/tenants.js';
import { importInto } from '../support/import-into.js';
import { Installation } from '../support/installation.js';
import { testContext } from '../support/ledger.js';
import { testIndexKey, testMasterKey } from '../support/secrets.js';
import { SpokenCall } from '../support/spoken-call.js';

const ANN = { number: '+14155550177', words: 'rutabaga' };
const { signal } = new AbortController();

type Process = ReturnType<Installation['process']>;

const now = () => ({ ...testContext(randomUUID()), occurredAt: new Date().toISOString() });

const readableIn = async ({ ledger }: Process): Promise<string> => {
  const events: unknown[] = [];
  for await (const batch of ledger.readAll()) events.push(...batch.events);
  return JSON.stringify(events);
};

/** What a start does beside a database that knows of no erasure. */
const startAgain = ({ ledger, copies }: Process) =>
  eraseAgain({ ledger, copies, applied: { missing: async (names) => names } });

describe('the import of a tenant of whom somebody was erased', () => {
  let tenantId: string;
  let origin: Process;
  let there: Installation;

  const spoken = async (words = ANN.words): Promise<string> => {
    const call = new SpokenCall(origin.ledger, tenantId, { ...ANN, words });
    await call.toItsEnd();
    return call.callId;
  };

  const exported = async (): Promise<readonly string[]> => {
    const lines: string[] = [];
    const subject = { tenantId, kind: 'tenant', subjectId: tenantId } as const;
    const options = { ...origin, subject, madeAt: new Date().toISOString(), signal };
    for await (const { text } of archiveLines(options)) lines.push(text.trimEnd());
    return lines;
  };

  const erase = (process: Process, kind: ErasableSubject['kind'], subjectId: string) =>
    eraseSubject(process, { tenantId, kind, subjectId, generation: 1 }, now());

  const eraseAnnThere = () =>
    erase(there.process(), 'contact', there.pseudonyms.contactId(tenantId, ANN.number));

  beforeEach(async () => {
    tenantId = newId('tenant');
    origin = new Installation(testMasterKey, testIndexKey).process();
    there = new Installation();
    const made = { name: 'Acme', description: null, language: null, phoneNumber: null, createdBy: 'usr_1' };
    await createTenant(origin, { tenantId, ...made }, now());
  });

  it('erases a restored backup, too', async () => {
    const callId = await spoken();
    const before = await exported();
    await erase(origin, 'call', callId);
    const later = await exported();
    await importInto(there.process(), before);
    await importInto(there.process(), later);
    expect(await readableIn(there.process())).not.toContain(ANN.words);
    // The database is as it was before the later import, and the object store isn't.
    const restored = new Installation();
    await importInto(restored.process(), before);
    expect(await readableIn(restored.process())).toContain(ANN.words);
    await startAgain({ ...restored.process(), copies: there.process().copies });
    expect(await readableIn(restored.process())).not.toContain(ANN.words);
    // Recorded by that start, it's the same erasure.
    await expect(importInto(restored.process(), later)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  });

  it('is not stopped by an erasure that was asked for in both installations', async () => {
    const callId = await spoken();
    await importInto(there.process(), await exported());
    await erase(there.process(), 'call', callId);
    await erase(origin, 'call', callId);
    await spoken('parsnip');
    await importInto(there.process(), await exported());
    expect(await readableIn(there.process())).toContain('parsnip');
    expect(await readableIn(there.process())).not.toContain(ANN.words);
  });

  it('brings nothing of what somebody said before the erasure there', async () => {
    await spoken();
    await importInto(there.process(), await exported());
    const since = await spoken();
    const file = await exported();
    await eraseAnnThere();
    await importInto(there.process(), file);
    expect(await there.store.readStream(callStream(tenantId, since))).not.toEqual([]);
    expect(await readableIn(there.process())).not.toMatch(/rutabaga|4155550177/);
    // Who calls later is there again.
    await spoken('parsnip');
    await importInto(there.process(), await exported());
    expect(await readableIn(there.process())).toContain('parsnip');
    expect(await readableIn(there.process())).not.toContain(ANN.words);
  });

  it('brings nothing of somebody who is erased while it goes on', async () => {
    await spoken();
    await spoken();
    const file = await exported();
    let isErased = false;
    const lines = async function* () {
      for (const line of file) {
        // Between her two calls.
        if (!isErased && (await readableIn(there.process())).includes(ANN.words)) {
          await eraseAnnThere();
          isErased = true;
        }
        yield line;
      }
    };
    await importTenant({ ...there.process(), lines, signal, onProgress: () => undefined });
    expect(isErased).toBe(true);
    expect(await readableIn(there.process())).not.toMatch(/rutabaga|4155550177/);
  });

  it('is refused where the tenant itself was erased', async () => {
    await spoken();
    await importInto(there.process(), await exported());
    await erase(there.process(), 'tenant', tenantId);
    await spoken('parsnip');
    const before = await readableIn(there.process());
    await expect(importInto(there.process(), await exported())).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      message: `The tenant ${tenantId} was erased here: it can't be imported again.`,
    });
    expect(await readableIn(there.process())).toBe(before);
  });

  it('follows the erasure of the tenant where the file is from', async () => {
    await spoken();
    await importInto(there.process(), await exported());
    await erase(origin, 'tenant', tenantId);
    await importInto(there.process(), await exported());
    expect(await readableIn(there.process())).not.toMatch(/rutabaga|4155550177|Acme/);
  });
});
