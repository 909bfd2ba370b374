import type { CallEvent } from '../../src/domain/call/events.js';
import { streamName } from '../../src/domain/stream.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';

const AT = '2026-11-21T12:00:00.000Z';

/** A call's events as the ledger gives them back. */
export const callRecords = (callId: string, events: readonly CallEvent[]): readonly LedgerRecord[] =>
  events.map((event, revision) => ({
    ...event,
    id: String(revision),
    stream: streamName('call', 'tnt_1', callId),
    revision,
    position: String(revision),
    schemaVersion: 1,
    createdAt: AT,
    metadata: {
      $correlationId: callId,
      $causationId: 'k',
      tenantId: 'tnt_1',
      actor: { type: 'platform', id: 'test' },
      occurredAt: AT,
    },
  }));
