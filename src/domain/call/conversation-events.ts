import { z } from 'zod';
import { defineEvent, personal } from '../event.js';
import { atMs, ms, turn } from './event-fields.js';
import { notices, retrievalOutcomes, speechCuts } from './vocabulary.js';

/** With `interrupted`: what cut it. Absent where nothing did, and in events of before. */
const cutBy = z.enum(speechCuts).optional();
/** The exchange that a prompt comes after; `PromptSpoken` follows. Absent in events of before: no word of what was heard does. */
const promptTurn = turn.optional();

/** A passage of a tenant's document: which one, and how well it fits what was looked up. */
const hitShape = z.strictObject({ documentId: z.string(), chunk: z.int().min(0), score: z.number() });

export type Hit = Readonly<z.infer<typeof hitShape>>;

/** One answer's way, from the caller's last voiced frame; `null` where a stage didn't happen. */
export const turnLatencyShape = z.strictObject({
  /** Last voiced frame → turn committed. */
  endpointingMs: ms.nullable(),
  /** Last voiced frame → the final transcript; runs beside the endpointing. */
  transcriptMs: ms.nullable(),
  /** What the caller said → what the tenant's documents have of it; may run before the commit. Absent: nothing was looked up. */
  retrievalMs: ms.exactOptional(),
  /** Model asked → its first token. */
  modelFirstTokenMs: ms.nullable(),
  /** First text given to the synthesis → its first audio. */
  synthesisFirstByteMs: ms.nullable(),
  /** Silence that the first audio begins with: heard as waiting, too. */
  leadingSilenceMs: ms.nullable(),
  /** First audio → first frame sent. */
  firstFrameMs: ms.nullable(),
  /** First frame sent → the carrier's first mark. */
  playoutMs: ms.nullable(),
  /** Last voiced frame → first frame sent: what the caller waits. */
  responseMs: ms.nullable(),
  /** `responseMs` without the configured waits and the providers' time: what the platform itself costs. */
  ownMs: ms.nullable(),
  /** Where the caller's words cut the answer: their onset → `clear` sent. */
  interruptionMs: ms.nullable(),
});

export type TurnLatency = Readonly<z.infer<typeof turnLatencyShape>>;

/** Providers by name; a model that hears and speaks by itself is all three. */
const turnProvidersShape = z.strictObject({
  speechToText: z.string(),
  languageModel: z.string(),
  textToSpeech: z.string(),
});

export type TurnProviders = Readonly<z.infer<typeof turnProvidersShape>>;

/** What the caller and the agent say to each other, what it's made of, and how long it took. */
export const conversationEvents = {
  GreetingStarted: defineEvent('GreetingStarted', {
    text: personal(z.string()),
    /** The sentence that `text` begins with, where it says that the call is recorded. */
    recordingConsent: personal(z.string().optional()),
    atMs,
  }),
  GreetingSpoken: defineEvent(
    'GreetingSpoken',
    {
      heardText: personal(z.string()),
      heardMs: ms,
      /** It was cut short. */
      interrupted: z.boolean(),
      cutBy,
      /** Whether the caller heard to its end that the call is recorded. Absent: it wasn't to be said. */
      recordingConsentHeard: z.boolean().optional(),
      atMs,
    },
    // Version 2 may be cut by an operator.
    { version: 2, upcasters: { 1: (fields) => fields } },
  ),
  CallerTurnCommitted: defineEvent(
    'CallerTurnCommitted',
    {
      turn,
      /** Empty: voice without a word that could be made out. */
      text: personal(z.string()),
      startedMs: atMs,
      endedMs: atMs,
      /** 0 to 1; `null`: the provider doesn't say. */
      confidence: z.number().min(0).max(1).nullable(),
      /**
       * What ended the turn: `transcript` (voice stopped and the final came), `timeout` (it didn't come in the provider's
       * time), `forced` (the safety net), `interruption`, `call_ended`.
       */
      endpointing: z.enum(['transcript', 'timeout', 'forced', 'interruption', 'call_ended']),
      /** Answers that were prepared before the turn was over; absent: none. */
      speculation: z
        .strictObject({
          /** How often one was begun. */
          started: z.int().min(1),
          /** The last one answered what was committed, and became the answer. */
          promoted: z.boolean(),
          /** How long before the commit it was begun; `null`: none was promoted. */
          leadMs: ms.nullable(),
          /** What the others wrote: as the provider counted, or 4 characters a token where they were stopped before. */
          wastedOutputTokens: z.int().min(0),
          /** How often something was looked up in the tenant's documents in vain. Absent: never. */
          wastedRetrievals: z.int().min(1).exactOptional(),
        })
        .optional(),
    },
    // Version 2 may have `wastedRetrievals`.
    { version: 2, upcasters: { 1: (fields) => fields } },
  ),
  DtmfReceived: defineEvent('DtmfReceived', { turn, digits: personal(z.string()), atMs }),
  /** The turn's words were looked up in the tenant's documents, and this is what its answer was told of them. */
  KnowledgeRetrieved: defineEvent('KnowledgeRetrieved', {
    turn,
    /** The best first. Their text is the documents' own. */
    hits: z.array(hitShape),
    /** How long it took; where the answer was prepared, that was before the turn was committed. */
    ms,
    /** `timeout` and `failed`: the model was asked without. */
    outcome: z.enum(retrievalOutcomes),
    /** When it was over. */
    atMs,
  }),
  BackchannelHeard: defineEvent('BackchannelHeard', { turn, text: personal(z.string()), atMs }),
  ToolCalled: defineEvent('ToolCalled', {
    turn,
    toolCallId: z.string(),
    name: z.string(),
    /** JSON as the model wrote it. */
    arguments: personal(z.string()),
  }),
  ToolReturned: defineEvent('ToolReturned', {
    turn,
    toolCallId: z.string(),
    result: personal(z.string()),
    ok: z.boolean(),
    ms,
  }),
  AgentTurnStarted: defineEvent('AgentTurnStarted', { turn, generation: z.int().min(1), atMs }),
  AgentTurnComposed: defineEvent('AgentTurnComposed', {
    turn,
    text: personal(z.string()),
    usage: z.strictObject({ inputTokens: z.int().min(0), outputTokens: z.int().min(0) }).nullable(),
    /** Answers that were asked for beside this one and given up: what they cost, no provider tells. */
    abandonedAnswers: z.int().min(0).optional(),
  }),
  AgentTurnSpoken: defineEvent(
    'AgentTurnSpoken',
    {
      turn,
      heardText: personal(z.string()),
      heardMs: ms,
      /** It was cut short. */
      interrupted: z.boolean(),
      cutBy,
      startedMs: atMs,
      endedMs: atMs,
      latency: turnLatencyShape,
      /** Who served the turn, fallbacks included: at its end. Absent in events of before. */
      providers: turnProvidersShape.optional(),
    },
    // Version 2 may have `retrievalMs` in its latency, and version 3 may be cut by an operator.
    { version: 3, upcasters: { 1: (fields) => fields, 2: (fields) => fields } },
  ),
  SilencePrompted: defineEvent('SilencePrompted', {
    /** 1: asked whether anybody is there; 2: said goodbye. */
    rung: z.int().min(1).max(2),
    text: personal(z.string()),
    turn: promptTurn,
    atMs,
  }),
  /** A sentence of the platform's own that answers nobody. */
  NoticeGiven: defineEvent(
    'NoticeGiven',
    {
      notice: z.enum(notices),
      text: personal(z.string()),
      /** The sentence that `text` begins with, where it says once more that the call is recorded. */
      recordingConsent: personal(z.string().optional()),
      turn: promptTurn,
      atMs,
    },
    // Version 2 knows transfers.
    { version: 2, upcasters: { 1: (fields) => fields } },
  ),
  /** What was heard of the latest `SilencePrompted` or `NoticeGiven`. */
  PromptSpoken: defineEvent(
    'PromptSpoken',
    {
      turn,
      heardText: personal(z.string()),
      heardMs: ms,
      /** It was cut short, or never began. */
      interrupted: z.boolean(),
      cutBy,
      /** As in `GreetingSpoken`. */
      recordingConsentHeard: z.boolean().optional(),
      /** `null`: nothing of it was sent. */
      startedMs: atMs.nullable(),
      endedMs: atMs,
    },
    // Version 2 may be cut by an operator.
    { version: 2, upcasters: { 1: (fields) => fields } },
  ),
  ProviderFailed: defineEvent('ProviderFailed', {
    turn,
    capability: z.enum(['speech_to_text', 'language_model', 'text_to_speech', 'tool']),
    provider: z.string(),
    /** `deadline`, or what the provider said, without the caller's words. */
    error: z.string().max(500),
    atMs,
  }),
  /** The next one in the agent's order does it instead. */
  ProviderFailedOver: defineEvent('ProviderFailedOver', {
    turn,
    capability: z.enum(['speech_to_text', 'language_model', 'text_to_speech']),
    /** Providers, by name; they may differ in the model alone. */
    from: z.string(),
    to: z.string(),
    /** `circuit_open`: it failed often enough in other calls, and wasn't asked. `slower`: the other's answer came first. */
    reason: z.enum(['error', 'deadline', 'circuit_open', 'slower']),
    atMs,
  }),
  /** The caller waited too long for the answer, and this is what took longest of it. */
  TurnBudgetExceeded: defineEvent(
    'TurnBudgetExceeded',
    {
      turn,
      /** The caller's last voiced frame → the first frame sent. */
      responseMs: ms,
      /** With the agent's own delay, `responseDelayMs`. */
      budgetMs: ms,
      /** `model_text`: from the first token to the first piece that could be spoken. `first_frame`: our own. */
      slowestStage: z.enum([
        'endpointing',
        'transcript',
        'retrieval',
        'model_first_token',
        'model_text',
        'synthesis_first_byte',
        'first_frame',
      ]),
      stageMs: ms,
      /** Whose stage it is; `null`: the platform's. */
      provider: z.string().nullable(),
    },
    // Version 2 knows the retrieval.
    { version: 2, upcasters: { 1: (fields) => fields } },
  ),
};
