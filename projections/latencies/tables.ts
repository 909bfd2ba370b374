import {
  boolean,
  defineTable,
  integer,
  type NamedTable,
  nullable,
  text,
  timestamp,
} from '../runtime/table.js';

/**
 * The way of each turn's answer, a column a stage: `null` where it didn't happen. Which agent's it is, its call says. Nothing in
 * it is personal.
 */
export const turnLatenciesTable = defineTable(
  'turn_latencies',
  {
    tenantId: text,
    callId: text,
    turn: integer,
    /** When it was spoken to its end, or cut; before that, when the turn was committed. */
    spokenAt: timestamp,
    /** Whether the caller heard anything of it. */
    spoken: boolean,
    /** Who served it, fallbacks included; `null`: it's from before events told that. */
    speechToText: nullable(text),
    languageModel: nullable(text),
    textToSpeech: nullable(text),
    interrupted: boolean,
    budgetExceeded: boolean,
    /** How often a model was asked before the turn was over, whether the last of these answers was taken, and what the others cost. */
    speculations: integer,
    speculationPromoted: boolean,
    wastedOutputTokens: integer,
    wastedRetrievals: integer,
    endpointingMs: nullable(integer),
    transcriptMs: nullable(integer),
    retrievalMs: nullable(integer),
    modelFirstTokenMs: nullable(integer),
    synthesisFirstByteMs: nullable(integer),
    leadingSilenceMs: nullable(integer),
    firstFrameMs: nullable(integer),
    playoutMs: nullable(integer),
    responseMs: nullable(integer),
    ownMs: nullable(integer),
    interruptionMs: nullable(integer),
  },
  { key: ['callId', 'turn'], indexes: [['tenantId', 'spokenAt']] },
);

/** Of versions 1 and 2. */
export const earlierLatencyTables: readonly NamedTable[] = [
  { name: 'turn_latencies', personal: { columns: [], subjects: {} } },
];
