import { callStream } from '../../src/domain/stream.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { sampleCall, sampleIds } from './sample-calls.js';

const AT_ONCE = 64;
const TURNS = 6;

/** Appends whole calls, encrypted, each in a stream of its own. Returns how many events: at least so many. */
export const fillWithCalls = async (ledger: Ledger, wanted: number): Promise<number> => {
  const { agentId, numberId, tenantId } = sampleIds();
  let events = 0;
  while (events < wanted) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        const call = sampleCall(tenantId, agentId, numberId, TURNS);
        await ledger.keys.createCallKey(tenantId, call.contactId, call.callId);
        await ledger.append(callStream(tenantId, call.callId), call.events, 'none', {
          commandId: call.callId,
          correlationId: call.callId,
          actor: { type: 'platform', id: 'bench-1' },
          occurredAt: new Date().toISOString(),
        });
        events += call.events.length;
      }),
    );
  }
  return events;
};

/** Events a second of a read to its end. */
export const readRate = async (
  batches: AsyncIterable<{ readonly events: readonly unknown[] }>,
): Promise<number> => {
  const startedAtMs = performance.now();
  let events = 0;
  for await (const batch of batches) events += batch.events.length;
  return events / ((performance.now() - startedAtMs) / 1_000);
};
