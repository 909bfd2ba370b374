import { isInterruption } from '../../src/domain/call/vocabulary.js';
import { parseStreamName } from '../../src/domain/stream.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { foldInto } from '../runtime/projection.js';
import type { RowOf } from '../runtime/table.js';
import { turnLatenciesTable } from './tables.js';

type TurnLatencyRow = RowOf<typeof turnLatenciesTable.columns>;

const nothingMeasured = {
  endpointingMs: null,
  transcriptMs: null,
  retrievalMs: null,
  modelFirstTokenMs: null,
  synthesisFirstByteMs: null,
  leadingSilenceMs: null,
  firstFrameMs: null,
  playoutMs: null,
  responseMs: null,
  ownMs: null,
  interruptionMs: null,
} satisfies Partial<TurnLatencyRow>;

/** As it's committed, or come of keys. */
const newTurn = ({ metadata, stream }: LedgerRecord, turn: number): TurnLatencyRow => ({
  tenantId: metadata.tenantId,
  callId: parseStreamName(stream).id,
  turn,
  spokenAt: metadata.occurredAt,
  spoken: false,
  speechToText: null,
  languageModel: null,
  textToSpeech: null,
  interrupted: false,
  budgetExceeded: false,
  speculations: 0,
  speculationPromoted: false,
  wastedOutputTokens: 0,
  wastedRetrievals: 0,
  ...nothingMeasured,
});

export const latenciesFold = foldInto(turnLatenciesTable, {
  key: ({ stream, data }) => [parseStreamName(stream).id, data.turn],
  first: ['CallerTurnCommitted', 'DtmfReceived'],
  handles: {
    CallerTurnCommitted: (_, event) => {
      const { turn, speculation } = event.data;
      return {
        ...newTurn(event, turn),
        speculations: speculation?.started ?? 0,
        speculationPromoted: speculation?.promoted ?? false,
        wastedOutputTokens: speculation?.wastedOutputTokens ?? 0,
        wastedRetrievals: speculation?.wastedRetrievals ?? 0,
      };
    },
    DtmfReceived: (_, event) => newTurn(event, event.data.turn),
    // Recorded in front of the answer that was late.
    TurnBudgetExceeded: (row, { data }) =>
      row && { ...row, budgetExceeded: true, responseMs: data.responseMs },
    AgentTurnSpoken: (row, { metadata, data }) =>
      row && {
        ...row,
        spokenAt: metadata.occurredAt,
        spoken: true,
        speechToText: data.providers?.speechToText ?? null,
        languageModel: data.providers?.languageModel ?? null,
        textToSpeech: data.providers?.textToSpeech ?? null,
        interrupted: isInterruption(data),
        ...data.latency,
      },
  },
});
