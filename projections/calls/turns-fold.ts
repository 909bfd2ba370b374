import type { PromptKind } from '../../src/domain/call/vocabulary.js';
import { parseStreamName } from '../../src/domain/stream.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { foldInto, type RecordOf } from '../runtime/projection.js';
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
  prompts: null,
  toolCalls: 0,
  backchannels: 0,
  inputTokens: null,
  outputTokens: null,
  latency: null,
});

type Prompted = RecordOf<'SilencePrompted'> | RecordOf<'NoticeGiven'>;

/** A call without a greeting has no turn 0 before it. A prompt of before says of no turn that it came after it. */
const withPrompt = (row: TurnRow | undefined, event: Prompted, kind: PromptKind): TurnRow | undefined => {
  const { turn, text } = event.data;
  if (turn === undefined) return row;
  const before = row ?? newTurn(event, turn);
  const unheard = { heardText: null, startedMs: null, endedMs: null, interrupted: false, cutBy: null };
  // An erasure leaves nothing of a turn's prompts.
  return text === null
    ? before
    : { ...before, prompts: [...(before.prompts ?? []), { kind, text, ...unheard }] };
};

const withHeard = (row: TurnRow, { data }: RecordOf<'PromptSpoken'>): TurnRow => {
  const { heardText, startedMs, endedMs, interrupted, cutBy = null } = data;
  const prompt = row.prompts?.at(-1);
  if (!row.prompts || !prompt) return row;
  const heard = { ...prompt, heardText, startedMs, endedMs, interrupted, cutBy };
  return { ...row, prompts: row.prompts.with(-1, heard) };
};

export const turnsFold = foldInto(turnsTable, {
  key: ({ stream, data }) => [
    parseStreamName(stream).id,
    'turn' in data && data.turn !== undefined ? data.turn : GREETING_TURN,
  ],
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
    SilencePrompted: (row, event) => withPrompt(row, event, 'silence'),
    NoticeGiven: (row, event) => withPrompt(row, event, event.data.notice),
    PromptSpoken: (row, event) => row && withHeard(row, event),
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
