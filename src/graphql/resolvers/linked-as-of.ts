import { agentsProjection } from '../../../projections/agents/projection.js';
import { agentsTable } from '../../../projections/agents/tables.js';
import { rowsAfter } from '../../../projections/as-of.js';
import { numbersProjection } from '../../../projections/numbers/projection.js';
import type { NumberRow } from '../../../projections/numbers/queries.js';
import { numbersTable } from '../../../projections/numbers/tables.js';
import { agentStream, numberStream } from '../../domain/stream.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import { eventsStoredUntil } from '../../replay/moment.js';
import type { ApiContext } from '../context.js';
import type { AgentRoot } from './agents.js';
import { toAgent } from './rows.js';

/** The agent version that a call began with. */
export interface PinnedAgent {
  readonly tenantId: string;
  readonly agentId: string;
  readonly version: number;
}

/** The agent as it was at a time (ISO 8601), its `config` the version that is pinned; `null`: it isn't in the ledger. */
export const pinnedAgentAsOf = async (
  { services: { ledger } }: ApiContext,
  { tenantId, agentId, version }: PinnedAgent,
  time: string,
): Promise<AgentRoot | null> => {
  const events = await ledger.readStream(agentStream(tenantId, agentId));
  const published = events.findIndex((event) => isPublishing(event, version));
  // It was published by then, also where the streams' times are of an import and don't say so.
  const past = events.slice(0, Math.max(published + 1, eventsStoredUntil(events, time).length));
  const [row] = rowsAfter(agentsProjection, agentsTable, past);
  return row ? { ...toAgent(row), past, wanted: version } : null;
};

const isPublishing = (event: LedgerRecord, version: number): boolean =>
  event.type === 'AgentVersionPublished' && event.data.version === version;

/** Those of a tenant's numbers that were there at a time (ISO 8601), each with who answered it then. */
export const numbersAsOf = async (
  context: ApiContext,
  tenantId: string,
  time: string,
): Promise<readonly NumberRow[]> => {
  const numbers = await context.numbers().load(tenantId);
  const { ledger } = context.services;
  const streams = await Promise.all(
    numbers.map(({ numberId }) => ledger.readStream(numberStream(tenantId, numberId))),
  );
  return streams.flatMap((events) =>
    rowsAfter(numbersProjection, numbersTable, eventsStoredUntil(events, time)),
  );
};
