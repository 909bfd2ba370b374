import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/domain/ids.js';
import {
  callStream,
  erasureStream,
  numberStream,
  parseStreamName,
  SYSTEM_TENANT,
} from '../../src/domain/stream.js';
import type { Ledger, LedgerRecord } from '../../src/ledger/ledger.js';
import { ownerOf } from '../../src/ledger/reserve.js';
import { applyErasure } from '../../src/tenancy/erasure.js';
import { archiveLines } from '../../src/tenancy/export/archive-lines.js';
import { createTenant } from '../../src/tenancy/tenants.js';
import { DyingEventStore } from '../support/dying-event-store.js';
import { importInto } from '../support/import-into.js';
import { Installation } from '../support/installation.js';
import { testContext } from '../support/ledger.js';
import { testIndexKey, testMasterKey } from '../support/secrets.js';
import { contactOf, SpokenCall } from '../support/spoken-call.js';

const NUMBER = '+14155550100';
const ANN = { number: '+14155550177', words: 'rutabaga' };
const BOB = { number: '+14155550188', words: 'marzipan' };
const tenantId = newId('tenant');
const numberId = newId('number');
const { signal } = new AbortController();

const recordsOf = async ({ ledger }: { readonly ledger: Ledger }): Promise<readonly LedgerRecord[]> => {
  const records: LedgerRecord[] = [];
  for await (const { events } of ledger.readAll()) records.push(...(events as readonly LedgerRecord[]));
  return records;
};

/** By stream, what a tenant's events say; `sys`' aren't moved. */
const saidIn = (records: readonly LedgerRecord[]) => {
  const own = records.filter(({ stream }) => parseStreamName(stream).tenantId === tenantId);
  return own
    .map(({ stream, revision, id, type, metadata, data }) => ({ stream, revision, id, type, metadata, data }))
    .sort((a, b) => a.stream.localeCompare(b.stream) || a.revision - b.revision);
};

describe('the import of a tenant', () => {
  const origin = new Installation(testMasterKey, testIndexKey);
  const calls: string[] = [];
  const texts: string[] = [];

  beforeAll(async () => {
    const options = origin.process();
    const { ledger } = options;
    const phoneNumber = { number: NUMBER, numberId };
    const made = {
      tenantId,
      name: 'Acme',
      description: null,
      language: null,
      phoneNumber,
      createdBy: 'usr_1',
    };
    const context = { ...testContext(randomUUID()), occurredAt: new Date().toISOString() };
    await createTenant(options, made, context);
    const speak = async (caller: typeof ANN) => {
      const call = new SpokenCall(ledger, tenantId, caller);
      await call.toItsEnd();
      calls.push(call.callId);
    };
    await speak(ANN);
    await speak(BOB);
    const subject = { tenantId, kind: 'contact', subjectId: contactOf(tenantId, BOB.number) } as const;
    await applyErasure(ledger, { format: 1, ...subject, generation: 1, command: testContext(randomUUID()) });
    await speak(BOB);
    // More than one append takes.
    await speak({ ...ANN, words: 'turnip '.repeat(14_000) });
    texts.push(...(await exported()));
  });

  const exported = async (): Promise<readonly string[]> => {
    const lines: string[] = [];
    const options = { ...origin.process(), madeAt: new Date().toISOString(), signal };
    const subject = { tenantId, kind: 'tenant', subjectId: tenantId } as const;
    for await (const { text } of archiveLines({ ...options, subject })) lines.push(text.trimEnd());
    return lines;
  };

  const expected = async () => {
    const contacts = new Map(
      [ANN, BOB].map(({ number }) => [
        contactOf(tenantId, number),
        new Installation().pseudonyms.contactId(tenantId, number),
      ]),
    );
    const reservation = new Installation().pseudonyms.reservation('number', NUMBER);
    const text = JSON.stringify(saidIn(await recordsOf(origin.process())), (name, value) =>
      name === 'reservation' ? `reservation-${SYSTEM_TENANT}_${reservation}` : value,
    );
    const moved = [...contacts].reduce((all, [before, after]) => all.replaceAll(before, after), text);
    return saidIn(JSON.parse(moved));
  };

  it('gives the same events under other keys, and the contacts that their numbers have there', async () => {
    const there = new Installation();
    const { added, events } = await importInto(there.process(), texts);
    expect(added).toBe(events);
    expect(saidIn(await recordsOf(there.process()))).toEqual(await expected());
    const owner = await ownerOf(there.process(), 'number', NUMBER);
    expect(owner).toBe(numberStream(tenantId, numberId));
    const bob = there.pseudonyms.contactId(tenantId, BOB.number);
    expect(await there.process().ledger.readStream(erasureStream(tenantId, bob))).toHaveLength(1);
    // Who came back has the keys after the destroyed ones: it can be erased again.
    const { keys } = there.process().ledger;
    expect(await keys.generationOf({ tenantId, kind: 'contact', subjectId: bob })).toBe(2);
    const stored = await there.store.readStream(callStream(tenantId, calls[0] ?? ''));
    expect(JSON.stringify(stored)).not.toMatch(/rutabaga|4155550177/);
  });

  it('killed at every step, is finished by doing it again', async () => {
    const wanted = await expected();
    let deaths = 0;
    for (let step = 0; ; step++) {
      let isOver = true;
      for (const isDone of [false, true]) {
        const there = new Installation();
        const dying = new DyingEventStore(there.store, { atAppend: step, isDone });
        await Promise.race([importInto(there.process(dying), texts), dying.died]);
        if (!dying.isDead) continue;
        isOver = false;
        deaths++;
        // Where the last append was done, nothing is missing.
        await importInto(there.process(), texts).catch((error: unknown) =>
          expect(error).toMatchObject({
            code: 'ALREADY_EXISTS',
            message: expect.stringContaining('all of the file'),
          }),
        );
        const records = await recordsOf(there.process());
        expect(saidIn(records)).toEqual(wanted);
        expect(records.filter(({ type }) => type === 'Reserved')).toHaveLength(1);
      }
      if (isOver) break;
    }
    // Each stream is one append, and the long one more.
    expect(deaths).toBeGreaterThan(2 * 8);
  });

  it('writes nothing where another tenant has its number', async () => {
    const there = new Installation();
    const process = there.process();
    const other = {
      tenantId: newId('tenant'),
      name: 'Other',
      description: null,
      language: null,
      createdBy: 'usr_1',
    };
    const phoneNumber = { number: NUMBER, numberId: newId('number') };
    await createTenant(process, { ...other, phoneNumber }, testContext(randomUUID()));
    const before = await recordsOf(process);
    await expect(importInto(process, texts)).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      message: `The number ${NUMBER} is another tenant's here: nothing was imported.`,
    });
    expect(await recordsOf(process)).toEqual(before);
  });

  it('refuses a tenant of the same id that is not this one', async () => {
    const there = new Installation();
    const process = there.process();
    const other = { tenantId, name: 'Other', description: null, language: null, createdBy: 'usr_1' };
    await createTenant(process, { ...other, phoneNumber: null }, testContext(randomUUID()));
    await expect(importInto(process, texts)).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      message: `There is another tenant ${tenantId} here: it can't be imported.`,
    });
  });

  it('leaves nobody readable who was erased where a later file is from', async () => {
    const process = new Installation().process();
    await importInto(process, texts);
    const contact = (subjectId: string) => ({ tenantId, kind: 'contact', subjectId, generation: 1 }) as const;
    const erase = ({ ledger }: typeof process, subjectId: string) =>
      applyErasure(ledger, { format: 1, ...contact(subjectId), command: testContext(randomUUID()) });
    await erase(origin.process(), contactOf(tenantId, ANN.number));
    const later = await exported();
    const here = process.pseudonyms.contactId(tenantId, ANN.number);
    const before = await recordsOf(process);
    await expect(importInto(process, later)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `Who made the call ${calls[0]} was erased where the file is from, and can be read here still: erase contact ${here} here, and import the file again.`,
    });
    expect(await recordsOf(process)).toEqual(before);
    await erase(process, here);
    expect(await importInto(process, later)).toMatchObject({ added: 1 });
    expect(JSON.stringify(await recordsOf(process))).not.toMatch(/rutabaga|turnip|4155550177/);
  });
});
