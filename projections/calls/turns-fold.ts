import { parseStreamName } from '../../src/domain/stream.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { foldInto } from '../runtime/projection.js';
import type { RowOf } from '../runtime/table.js';
import { turnsTable } from './tables.js';

type TurnRow = RowOf<typeof turnsTable.columns>;

const GREETING_TURN = 0;

const newTurn = ({ metadata, stream }: LedgerRecord, turn: number): TurnRow => ({
  tenantId: metadata.tenantId,
  callId: parseStreamName(stream).id,
  turn,
  callerText: null,
  callerKeys: null,
  callerStartedMs: null,
  callerEndedMs: null,
  callerConfidence: null,
  endpointing: null,
  agentText: null,
  agentHeardText: null,
  agentStartedMs: null,
  agentEndedMs: null,
  interrupted: false,
  cutBy: null,
  toolCalls: 0,
  backchannels: 0,
  inputTokens: null,
  outputTokens: null,
  latency: null,
});

export const turnsFold = foldInto(turnsTable, {
  key: (event) => [parseStreamName(event.stream).id, 'turn' in event.data ? event.data.turn : GREETING_TURN],
  first: ['GreetingStarted', 'CallerTurnCommitted', 'DtmfReceived'],
  handles: {
    GreetingStarted: (_, event) => ({
      ...newTurn(event, GREETING_TURN),
      agentText: event.data.text,
      agentStartedMs: event.data.atMs,
    }),
    GreetingSpoken: (row, { data }) =>
      row && {
        ...row,
        agentHeardText: data.heardText,
        agentEndedMs: data.atMs,
        interrupted: data.interrupted,
        cutBy: data.cutBy ?? null,
      },
    CallerTurnCommitted: (_, event) => ({
      ...newTurn(event, event.data.turn),
      callerText: event.data.text,
      callerStartedMs: event.data.startedMs,
      callerEndedMs: event.data.endedMs,
      callerConfidence: event.data.confidence,
      endpointing: event.data.endpointing,
    }),
    DtmfReceived: (_, event) => ({
      ...newTurn(event, event.data.turn),
      callerKeys: event.data.digits,
      callerStartedMs: event.data.atMs,
      callerEndedMs: event.data.atMs,
    }),
    BackchannelHeard: (row) => row && { ...row, backchannels: row.backchannels + 1 },
    ToolCalled: (row) => row && { ...row, toolCalls: row.toolCalls + 1 },
    AgentTurnStarted: (row, { data }) => row && { ...row, agentStartedMs: data.atMs },
    AgentTurnComposed: (row, { data }) =>
      row && {
        ...row,
        agentText: data.text,
        inputTokens: data.usage?.inputTokens ?? null,
        outputTokens: data.usage?.outputTokens ?? null,
      },
    AgentTurnSpoken: (row, { data }) =>
      row && {
        ...row,
        agentHeardText: data.heardText,
        agentStartedMs: data.startedMs,
        agentEndedMs: data.endedMs,
        interrupted: data.interrupted,
        cutBy: data.cutBy ?? null,
        latency: data.latency,
      },
  },
});
