import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { storedEvent } from '../../../test/support/stored-event.js';
import type { StoredEvent } from '../../ledger/event-store.js';
import { canonicalJson, chained, GENESIS, leafOf, lengthPrefixed } from './leaf.js';

const chainOf = (events: readonly StoredEvent[]): string =>
  events.reduce((chain, event) => chained(chain, leafOf(event)), GENESIS).toString('hex');

const eventArbitrary = fc
  .record({ position: fc.nat(), revision: fc.nat(), data: fc.json(), type: fc.string(), stream: fc.string() })
  .map(({ position, ...event }) => storedEvent({ ...event, position: String(position) }));

/** A ledger, and one of its events. */
const ledgerArbitrary = fc
  .array(eventArbitrary, { minLength: 2, maxLength: 20 })
  .chain((events) => fc.tuple(fc.constant(events), fc.nat(events.length - 1)));

describe("an event's leaf", () => {
  // Calculated by another program: whoever changes this breaks every seal there is.
  it('is what it was on the first day', () => {
    const leaf = leafOf(storedEvent());
    expect(leaf.toString('hex')).toBe('8a15ce0697fd5d4bb0c8921c2b72a436a46f13711f192f7e1f8ac0602ce600eb');
    expect(chained(GENESIS, leaf).toString('hex')).toBe(
      '217e819f0d5e0e8b55452390f0ce4c05af718351f485cc24106f431a49f240e8',
    );
  });

  it('does not depend on the order in which a store keeps the metadata', () => {
    const { actor, occurredAt, tenantId, $causationId, $correlationId } = storedEvent().metadata;
    const { id, type } = actor;
    const metadata = { occurredAt, tenantId, $causationId, actor: { id, type }, $correlationId };
    expect(leafOf(storedEvent({ metadata }))).toEqual(leafOf(storedEvent()));
  });

  it.each<[string, Partial<StoredEvent>]>([
    ['position', { position: '43' }],
    ['stream', { stream: 'call-00000000000000000000000001_00000000000000000000000003' }],
    ['revision', { revision: 8 }],
    ['id', { id: '5c4a8d1e-6f0b-5e2a-9d3c-7b1f2a6e4c91' }],
    ['type', { type: 'CallEnded' }],
    ['version', { schemaVersion: 2 }],
    ['time of storing', { createdAt: '2026-11-21T12:00:00.123457Z' }],
    ['data, in a space', { data: '{"atMs": 100,"note":"Grüße 👋"}' }],
    ['actor', { metadata: { ...storedEvent().metadata, actor: { type: 'platform', id: 'v' } } }],
    ['traceparent', { metadata: { ...storedEvent().metadata, traceparent: '' } }],
  ])('differs with the %s', (_, change) => {
    expect(leafOf(storedEvent(change))).not.toEqual(leafOf(storedEvent()));
  });

  it('differs where one character of the data does', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.nat(), (data, at) => {
        const bytes = Buffer.from(data);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ 1;
        const changed = bytes.toString('utf8');
        expect(leafOf(storedEvent({ data: changed }))).not.toEqual(leafOf(storedEvent({ data })));
      }),
    );
  });
});

describe('the chain', () => {
  it('differs where an event was changed, removed, doubled, or swapped with another', () => {
    fc.assert(
      fc.property(ledgerArbitrary, fc.nat(), ([events, at], other) => {
        const hash = chainOf(events);
        const event = events[at] as StoredEvent;
        expect(chainOf(events.with(at, { ...event, data: `${event.data} ` }))).not.toBe(hash);
        expect(chainOf(events.toSpliced(at, 1))).not.toBe(hash);
        expect(chainOf(events.toSpliced(at, 0, event))).not.toBe(hash);
        const second = events[other % events.length] as StoredEvent;
        if (!leafOf(second).equals(leafOf(event))) {
          expect(chainOf(events.with(at, second).with(other % events.length, event))).not.toBe(hash);
        }
      }),
    );
  });
});

describe('length-prefixed fields', () => {
  it('are never the same for other fields', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
        expect(lengthPrefixed(a).equals(lengthPrefixed(b))).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
    expect(lengthPrefixed(['ab', 'c'])).not.toEqual(lengthPrefixed(['a', 'bc']));
  });
});

describe('canonical JSON', () => {
  it('has sorted keys at every depth, and no spaces', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x', e: undefined })).toBe(
      '{"a":"x","b":[{"c":null,"d":1}]}',
    );
  });

  it('says what JSON says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
