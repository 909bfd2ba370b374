import { describe, expect, it } from '@jest/globals';
import type { EventDefinition } from '../src/domain/event.js';
import { eventDefinitions } from '../src/domain/events.js';
import { streamName } from '../src/domain/stream.js';
import type { LedgerRecord } from '../src/ledger/ledger.js';
import { projections } from './index.js';
import { defineTable, nullable, text } from './runtime/table.js';

const PERSONAL = 'something personal';

/** An event that reads: its personal fields say so, the others are what a handler may take from any event. */
const eventOf = ({ type, personalFields }: EventDefinition): LedgerRecord => {
  const fields = Object.fromEntries(personalFields.map((name) => [name, PERSONAL]));
  return {
    type,
    stream: streamName('call', 'tnt_1', 'call_1'),
    revision: 0,
    position: '1',
    metadata: { tenantId: 'tnt_1', occurredAt: '2026-11-21T12:00:00.000Z', actor: { type: 'user', id: 'u' } },
    data: { turn: 1, ...fields },
  } as unknown as LedgerRecord;
};

const tables = projections.flatMap(({ folds }) => folds.map((fold) => ({ name: fold.table.name, ...fold })));

describe('what is personal in an event', () => {
  it.each(tables)('is in no column of $name that an erasure would leave', ({ table, handles, first }) => {
    const rows = Object.values<EventDefinition>(eventDefinitions).flatMap((definition) => {
      const event = eventOf(definition);
      // What changes a row is given one that has nothing yet.
      const before = first.has(definition.type) ? undefined : ({} as never);
      return handles[definition.type]?.(before, event) ?? [];
    });
    expect(rows.length).toBeGreaterThan(0);
    const holding = new Set(
      rows.flatMap((row) =>
        Object.entries(row as object).flatMap(([column, value]) =>
          JSON.stringify(value ?? null).includes(PERSONAL) ? column : [],
        ),
      ),
    );
    expect([...holding].sort()).toEqual([...table.personal.columns].sort());
  });

  it('cannot be kept in a column that must have a value', () => {
    const columns = { tenantId: text, words: text };
    const declared = { key: ['tenantId'], personal: { columns: ['words'], subjects: {} } } as const;
    expect(() => defineTable('t', columns, declared)).toThrow(/t\.words is personal/);
    expect(() => defineTable('t', { ...columns, words: nullable(text) }, declared)).not.toThrow();
  });
});
