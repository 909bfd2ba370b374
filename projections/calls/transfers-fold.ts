import { parseStreamName } from '../../src/domain/stream.js';
import { foldInto } from '../runtime/projection.js';
import { transfersTable } from './tables.js';

export const transfersFold = foldInto(transfersTable, {
  key: ({ stream, data }) => [parseStreamName(stream).id, data.transfer],
  first: ['TransferRequested'],
  handles: {
    TransferRequested: (_, { metadata, stream, data }) => ({
      tenantId: metadata.tenantId,
      callId: parseStreamName(stream).id,
      transfer: data.transfer,
      toNumber: data.to,
      by: data.by,
      requestedAt: metadata.occurredAt,
      dialedAt: null,
      endedAt: null,
      outcome: null,
      durationSeconds: null,
    }),
    TransferDialed: (row, { metadata }) => row && { ...row, dialedAt: metadata.occurredAt },
    TransferEnded: (row, { metadata, data: { outcome, durationSeconds } }) =>
      row && { ...row, endedAt: metadata.occurredAt, outcome, durationSeconds },
  },
});
