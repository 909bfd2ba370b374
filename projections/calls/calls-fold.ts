import {
  type CallStatus,
  type CarrierStatus,
  carrierStatuses,
  isInterruption,
  isTerminal,
} from '../../src/domain/call/vocabulary.js';
import { parseStreamName } from '../../src/domain/stream.js';
import { foldInto, type RecordOf } from '../runtime/projection.js';
import type { RowOf } from '../runtime/table.js';
import { callsTable } from './tables.js';

type CallRow = RowOf<typeof callsTable.columns>;

const newCall = (
  event: RecordOf<'CallReceived'> | RecordOf<'CallRejected'>,
  rest: Pick<CallRow, 'status' | 'numberId' | 'agentId' | 'agentVersion' | 'rejectReason' | 'endedAt'>,
): CallRow => ({
  tenantId: event.metadata.tenantId,
  callId: event.data.callId,
  callSid: event.data.callSid,
  fromNumber: event.data.from,
  toNumber: event.data.to,
  contactId: event.data.contactId,
  receivedAt: event.metadata.occurredAt,
  answeredAt: null,
  durationMs: null,
  endReason: null,
  endedBy: null,
  failure: null,
  carrierDurationSeconds: null,
  carrierEndedAt: null,
  mediaAttempts: 0,
  worker: null,
  turnCount: 0,
  interruptions: 0,
  revision: event.revision,
  ...rest,
});

const statusOf: Record<CarrierStatus, CallStatus> = {
  queued: 'QUEUED',
  initiated: 'INITIATED',
  ringing: 'RINGING',
  'in-progress': 'IN_PROGRESS',
  completed: 'COMPLETED',
  busy: 'BUSY',
  failed: 'FAILED',
  'no-answer': 'NO_ANSWER',
  canceled: 'CANCELED',
};

const open: readonly CallStatus[] = ['QUEUED', 'INITIATED', 'RINGING', 'IN_PROGRESS'];

/** Reports arrive in any order: a status only goes on, and never leaves a terminal one. */
const reported = (status: CallStatus, report: CarrierStatus): CallStatus => {
  if (!open.includes(status)) return status;
  const rank = carrierStatuses.findIndex((candidate) => statusOf[candidate] === status);
  return carrierStatuses.indexOf(report) > rank ? statusOf[report] : status;
};

const withReport = (row: CallRow, { data, metadata, revision }: RecordOf<'CallStatusReported'>): CallRow => ({
  ...row,
  status: reported(row.status, data.status),
  carrierDurationSeconds: data.durationSeconds ?? row.carrierDurationSeconds,
  carrierEndedAt: row.carrierEndedAt ?? (isTerminal(data.status) ? metadata.occurredAt : null),
  revision,
});

const withEnd = (row: CallRow, { data, metadata, revision }: RecordOf<'CallEnded'>): CallRow => ({
  ...row,
  // The carrier may have said `completed` already; our own failure is the more exact word.
  status: data.reason === 'failed' || data.reason === 'worker_lost' ? 'FAILED' : 'COMPLETED',
  endedAt: metadata.occurredAt,
  durationMs: data.durationMs,
  endReason: data.reason,
  endedBy: data.by,
  revision,
});

const rejectedCall = (event: RecordOf<'CallRejected'>): CallRow =>
  newCall(event, {
    status: 'REJECTED',
    numberId: null,
    agentId: null,
    agentVersion: null,
    rejectReason: event.data.reason,
    endedAt: event.metadata.occurredAt,
  });

/** It was received, and waited for a line in vain. */
const withRejection = (row: CallRow, { data, metadata, revision }: RecordOf<'CallRejected'>): CallRow => ({
  ...row,
  status: 'REJECTED',
  rejectReason: data.reason,
  endedAt: metadata.occurredAt,
  revision,
});

export const callsFold = foldInto(callsTable, {
  key: (event) => [parseStreamName(event.stream).id],
  first: ['CallReceived'],
  handles: {
    CallReceived: (_, event) =>
      newCall(event, {
        status: 'RINGING',
        numberId: event.data.numberId,
        agentId: event.data.agentId,
        agentVersion: event.data.agentVersion,
        rejectReason: null,
        endedAt: null,
      }),
    CallRejected: (row, event) => (row ? withRejection(row, event) : rejectedCall(event)),
    CallAnswered: (row, { metadata, revision }) =>
      row && { ...row, status: 'IN_PROGRESS' as const, answeredAt: metadata.occurredAt, revision },
    MediaStreamStarted: (row, { data, revision }) =>
      row && { ...row, mediaAttempts: data.attempt, worker: data.worker, revision },
    CallerTurnCommitted: (row, { data, revision }) => row && { ...row, turnCount: data.turn, revision },
    DtmfReceived: (row, { data, revision }) => row && { ...row, turnCount: data.turn, revision },
    AgentTurnSpoken: (row, { data, revision }) =>
      row && { ...row, interruptions: row.interruptions + (isInterruption(data) ? 1 : 0), revision },
    GreetingSpoken: (row, { data, revision }) =>
      row && { ...row, interruptions: row.interruptions + (isInterruption(data) ? 1 : 0), revision },
    ProviderFailed: (row, { data: { capability, provider, error }, revision }) =>
      row && { ...row, failure: { capability, provider, error }, revision },
    CallStatusReported: (row, event) => row && withReport(row, event),
    CallEnded: (row, event) => row && withEnd(row, event),
  },
});
