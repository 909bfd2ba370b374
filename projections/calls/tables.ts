import type { TurnLatency } from '../../src/domain/call/conversation-events.js';
import type {
  CallStatus,
  EndReason,
  PromptKind,
  RejectReason,
  SpeechCut,
  TransferOutcome,
  TransferRequester,
} from '../../src/domain/call/vocabulary.js';
import {
  boolean,
  type Column,
  defineTable,
  integer,
  json,
  type NamedTable,
  nullable,
  real,
  text,
  timestamp,
} from '../runtime/table.js';

export const callsTable = defineTable(
  'calls',
  {
    tenantId: text,
    callId: text,
    callSid: text,
    status: text as Column<CallStatus>,
    fromNumber: nullable(text),
    toNumber: nullable(text),
    contactId: text,
    numberId: nullable(text),
    agentId: nullable(text),
    agentVersion: nullable(integer),
    rejectReason: nullable(text) as Column<RejectReason | null>,
    receivedAt: timestamp,
    answeredAt: nullable(timestamp),
    endedAt: nullable(timestamp),
    /** From the answer to the end. */
    durationMs: nullable(integer),
    endReason: nullable(text) as Column<EndReason | null>,
    endedBy: nullable(text),
    /** Of a call that failed: what failed last. */
    failure: nullable(
      json<{ readonly capability: string; readonly provider: string; readonly error: string }>(),
    ),
    /** What the carrier bills by, where it said so. */
    carrierDurationSeconds: nullable(integer),
    carrierEndedAt: nullable(timestamp),
    mediaAttempts: integer,
    /** The process that carries it, or did last. */
    worker: nullable(text),
    turnCount: integer,
    /** How often the caller cut the agent short. */
    interruptions: integer,
    /** The last event that is in the row: where a live transcript goes on. */
    revision: integer,
  },
  {
    key: ['callId'],
    indexes: [
      ['tenantId', 'receivedAt desc', 'callId desc'],
      ['tenantId', 'callSid'],
      ['tenantId', 'agentId', 'receivedAt desc'],
      // Those that aren't over have none.
      ['endedAt'],
      ['tenantId', 'contactId'],
    ],
    personal: {
      columns: ['fromNumber', 'toNumber'],
      subjects: { contact: 'contactId', call: 'callId' },
    },
  },
);

/** A sentence of the platform's own that answers nobody. */
export interface TurnPrompt {
  readonly kind: PromptKind;
  readonly text: string;
  /** `null`: it's being said, or its worker died. */
  readonly heardText: string | null;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly interrupted: boolean;
  readonly cutBy: SpeechCut | null;
}

export const turnsTable = defineTable(
  'turns',
  {
    tenantId: text,
    callId: text,
    /** 0 is the greeting. */
    turn: integer,
    callerText: nullable(text),
    callerKeys: nullable(text),
    callerStartedMs: nullable(integer),
    callerEndedMs: nullable(integer),
    callerConfidence: nullable(real),
    endpointing: nullable(text),
    agentText: nullable(text),
    agentHeardText: nullable(text),
    agentStartedMs: nullable(integer),
    agentEndedMs: nullable(integer),
    /** The agent's speech was cut short: by what, where it's known. */
    interrupted: boolean,
    cutBy: nullable(text) as Column<SpeechCut | null>,
    /** Said after it, in order; `null`: there was none, or they are erased. */
    prompts: nullable(json<readonly TurnPrompt[]>()),
    toolCalls: integer,
    backchannels: integer,
    inputTokens: nullable(integer),
    outputTokens: nullable(integer),
    latency: nullable(json<TurnLatency>()),
  },
  {
    key: ['callId', 'turn'],
    personal: {
      columns: ['callerText', 'callerKeys', 'agentText', 'agentHeardText', 'prompts'],
      subjects: { call: 'callId', contact: { by: 'callId', in: callsTable } },
    },
  },
);

export const transfersTable = defineTable(
  'transfers',
  {
    tenantId: text,
    callId: text,
    /** 1, 2, 3 … within the call. */
    transfer: integer,
    /** Who was to take the call over, in E.164. */
    toNumber: nullable(text),
    by: text as Column<TransferRequester>,
    requestedAt: timestamp,
    /** When the carrier was told to dial. */
    dialedAt: nullable(timestamp),
    endedAt: nullable(timestamp),
    /** `null`: nothing yet. */
    outcome: nullable(text) as Column<TransferOutcome | null>,
    /** How long the two talked, where the carrier said so. */
    durationSeconds: nullable(integer),
  },
  {
    key: ['callId', 'transfer'],
    // Those that aren't over have none.
    indexes: [['endedAt']],
    personal: {
      columns: ['toNumber'],
      subjects: { call: 'callId', contact: { by: 'callId', in: callsTable } },
    },
  },
);

/** What an erasure must reach in tables of before, which had no transfers. */
const tablesWith = (personalColumnsOfTurns: readonly string[]): readonly NamedTable[] => [
  {
    name: 'calls',
    personal: {
      columns: ['fromNumber', 'toNumber'],
      subjects: { contact: 'contactId', call: 'callId' },
    },
  },
  {
    name: 'turns',
    personal: {
      columns: personalColumnsOfTurns,
      subjects: { call: 'callId', contact: { by: 'callId', in: callsTable } },
    },
  },
];

/** By version. */
export const earlierCallTables: Readonly<Record<number, readonly NamedTable[]>> = {
  1: tablesWith(['callerText', 'callerKeys', 'agentText', 'agentHeardText']),
  2: tablesWith(['callerText', 'callerKeys', 'agentText', 'agentHeardText', 'prompts']),
};
