import type { StoredEvent } from '../../src/ledger/event-store.js';

/** An event as a store gives it back; `change` says in what it differs from the others. */
export const storedEvent = (change: Partial<StoredEvent> = {}): StoredEvent => ({
  position: '42',
  stream: 'call-00000000000000000000000001_00000000000000000000000002',
  revision: 7,
  id: '5c4a8d1e-6f0b-5e2a-9d3c-7b1f2a6e4c90',
  type: 'CallAnswered',
  schemaVersion: 1,
  createdAt: '2026-11-21T12:00:00.123456Z',
  data: '{"atMs":100,"note":"Grüße 👋"}',
  metadata: {
    $correlationId: 'k-1',
    $causationId: 'c-1',
    tenantId: 'tnt_00000000000000000000000001',
    actor: { type: 'platform', id: 'w' },
    occurredAt: '2026-11-21T12:00:00.000Z',
  },
  ...change,
});
