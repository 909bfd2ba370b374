import { parseStreamName } from '../../src/domain/stream.js';
import { foldInto, type Projection } from '../runtime/projection.js';
import { numbersTable } from './tables.js';

export const numbersProjection: Projection = {
  name: 'numbers',
  version: 1,
  folds: [
    foldInto(numbersTable, {
      key: (event) => [parseStreamName(event.stream).id],
      first: ['PhoneNumberAdded'],
      handles: {
        PhoneNumberAdded: (_, { data, metadata }) => ({
          tenantId: metadata.tenantId,
          numberId: data.numberId,
          number: data.number,
          agentId: null,
          addedAt: metadata.occurredAt,
          assignedAt: null,
        }),
        PhoneNumberAssigned: (row, { data, metadata }) =>
          row && { ...row, agentId: data.agentId, assignedAt: metadata.occurredAt },
      },
    }),
  ],
};
