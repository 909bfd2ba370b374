import { beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { MemoryKeyStore } from '../../../test/support/memory-key-store.js';
import { testMasterKey } from '../../../test/support/secrets.js';
import { ErrorCode } from '../../domain/errors.js';
import { type DomainEvent, defineEvent, type EventMetadata, personal } from '../../domain/event.js';
import type { EncodedEvent, StoredEvent } from '../event-store.js';
import { type DataKey, KeyRing } from '../keys/key-ring.js';
import { Codec, UnreadableEvent } from './codec.js';

const tenantId = 'tnt_00000000000000000000000001';
const metadata: EventMetadata = {
  $correlationId: 'c',
  $causationId: 'k',
  tenantId,
  actor: { type: 'platform', id: 'test' },
  occurredAt: '2026-11-21T12:00:00.000Z',
};
const definitions = {
  Said: defineEvent('Said', {
    turn: z.int(),
    text: personal(z.string()),
    note: personal(z.string().optional()),
  }),
  Counted: defineEvent('Counted', { n: z.int() }),
};
const said = { type: 'Said', data: { turn: 1, text: 'My number is 42 ✓' } };

const stored = (event: EncodedEvent, overrides: Partial<StoredEvent> = {}): StoredEvent => ({
  ...event,
  stream: 'call-1_2',
  revision: 3,
  position: '9',
  createdAt: '2026-11-21T12:00:01.000Z',
  ...overrides,
});

describe('the codec', () => {
  let store: MemoryKeyStore;
  let codec: Codec<DomainEvent>;
  let key: DataKey;

  beforeEach(async () => {
    store = new MemoryKeyStore();
    key = await new KeyRing(store, testMasterKey).createCallKey(tenantId, 'contact', 'call_1');
    codec = new Codec(definitions, new KeyRing(store, testMasterKey));
  });

  const encode = (event: DomainEvent, id = 'event-1') => codec.encode(id, event, metadata, key);
  const decode = async (event: StoredEvent) => (await codec.decode([event]))[0];

  it('reads what it has the key of, also when all keys are forgotten while others are loaded', async () => {
    const keys = new KeyRing(store, testMasterKey);
    const other = await keys.createCallKey(tenantId, 'another', 'call_2');
    const subject = new Codec<DomainEvent>(definitions, keys);
    const mine = subject.encode('event-1', said, metadata, key);
    const theirs = subject.encode('event-2', said, metadata, other);
    const find = store.findWithParents.bind(store);
    store.findWithParents = (ids) => {
      store.findWithParents = find;
      // Somebody else is erased, or a minute is over: `other` was known until then.
      keys.forget();
      return find(ids);
    };
    const read = await subject.decode([stored(theirs), stored(mine)]);
    expect(read).toEqual([expect.objectContaining(said), expect.objectContaining(said)]);
  });

  it('gives an event back as it was appended', async () => {
    expect(await decode(stored(encode(said)))).toMatchObject({
      ...said,
      stream: 'call-1_2',
      revision: 3,
      metadata,
    });
  });

  it('stores nothing personal in the clear, and the rest readable', () => {
    const text = encode(said).data;
    expect(text).not.toContain('number');
    expect(JSON.parse(text)).toMatchObject({ turn: 1 });
  });

  it('reads personal fields as null once their key is destroyed, and the others still', async () => {
    const event = stored(encode({ ...said, data: { ...said.data, note: 'a note' } }));
    await store.destroy({ tenantId, kind: 'contact', subjectId: 'contact' }, 1);
    expect(await decode(event)).toMatchObject({ data: { turn: 1, text: null, note: null } });
  });

  it('does not open a box that was put into another event', async () => {
    const event = stored(encode(said), { id: 'event-2' });
    expect(await decode(event)).toBeInstanceOf(UnreadableEvent);
  });

  it.each([
    ['a missing field', { turn: 1 }, /text/],
    ['an unknown field', { turn: 1, text: 'x', more: 1 }, /more/],
    ['a personal field that is null', { turn: 1, text: null }, /text/],
    ['a wrong type', { turn: 'one', text: 'x' }, /turn/],
  ])('refuses to write %s', (_, data, message) => {
    expect(() => encode({ type: 'Said', data })).toThrow(message);
  });

  it('refuses to write a type that was not declared', () => {
    expect(() => encode({ type: 'Other', data: {} })).toThrow(/not a declared event type/);
  });

  it('shows an event of a type that it does not know as it is', async () => {
    const event = stored({ ...encode({ type: 'Counted', data: { n: 1 } }), type: 'FromTheFuture' });
    expect(await decode(event)).toMatchObject({ type: 'FromTheFuture', data: { n: 1 } });
  });

  it('asks for an upgrade when a version is newer than it knows', async () => {
    const result = await decode(stored({ ...encode({ type: 'Counted', data: { n: 1 } }), schemaVersion: 2 }));
    expect(result).toBeInstanceOf(UnreadableEvent);
    expect((result as UnreadableEvent).error).toMatchObject({ code: ErrorCode.NEEDS_UPGRADE });
  });

  it('brings an older version up to the present one, step by step', async () => {
    const now = new Codec<DomainEvent>(
      {
        Counted: defineEvent(
          'Counted',
          { count: z.int(), unit: z.string() },
          {
            version: 3,
            upcasters: { 1: ({ n }) => ({ count: n }), 2: (fields) => ({ ...fields, unit: 'calls' }) },
          },
        ),
      },
      new KeyRing(store, testMasterKey),
    );
    const event = stored(encode({ type: 'Counted', data: { n: 7 } }));
    expect((await now.decode([event]))[0]).toMatchObject({ data: { count: 7, unit: 'calls' } });
  });

  it('names stream, revision and type of what it cannot read, and reads the others', async () => {
    const good = stored(encode({ type: 'Counted', data: { n: 1 } }));
    const bad = { ...good, data: '{"n":"one"}' };
    const [first, second] = await codec.decode([bad, good]);
    expect((first as UnreadableEvent).error.message).toMatch(
      /Counted at call-1_2, revision 3 can't be read: n:/,
    );
    expect(second).toMatchObject({ data: { n: 1 } });
  });
});

describe('a declaration', () => {
  it('refuses a personal field within another wrapper, which would be stored in the clear', () => {
    expect(() => defineEvent('Bad', { text: personal(z.string()).optional() })).toThrow(/outermost/);
  });
});
