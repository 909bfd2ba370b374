import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';
import { transferEvents } from './transfer-events.js';
import {
  carrierStatuses,
  endReasons,
  notices,
  rejectReasons,
  retrievalOutcomes,
  speechCuts,
} from './vocabulary.js';

const ms = z.int().min(0);
/** On the call's own clock: milliseconds since it was received. */
const atMs = ms;
const attempt = z.int().min(1);
/** An exchange: what the caller said and the agent's answer share the number. 0 is the greeting. */
const turn = z.int().min(0);
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

const count = z.int().min(0);

const mediaQualityShape = {
  /** Frames of 20 ms: from the caller, and to the caller. */
  receivedFrames: count,
  sentFrames: count,
  /** By the carrier's timestamps the caller's audio lacked so much; a carrier sends audio through silence. */
  gaps: count,
  gapMs: ms,
  longestGapMs: ms,
  /** RFC 3550's estimate of the caller's packets, in ms: at the end, and at its worst. */
  jitterMs: z.number().min(0),
  maxJitterMs: z.number().min(0),
  /** How often, by our model of it, the carrier's buffer ran empty in the middle of the agent's speech, and for how long. */
  underruns: count,
  underrunMs: ms,
  /** Marks that came back more than a second after their audio should have been played, or never. */
  lateMarks: count,
};

const mediaQualitySchema = z.object(mediaQualityShape);
export type MediaQuality = Readonly<z.infer<typeof mediaQualitySchema>>;

export const callEvents = {
  CallReceived: defineEvent('CallReceived', {
    callId: z.string(),
    callSid: z.string(),
    accountSid: z.string(),
    from: personal(z.string()),
    to: personal(z.string()),
    /** Names the caller without telling who it is: HMAC(tenant, number). */
    contactId: z.string(),
    numberId: z.string(),
    agentId: z.string(),
    /** Pinned: later versions don't touch this call. */
    agentVersion: z.int().min(1),
    /** Where the call's own clock begins. */
    receivedAt: z.iso.datetime(),
  }),
  CallRejected: defineEvent(
    'CallRejected',
    {
      callId: z.string(),
      callSid: z.string(),
      accountSid: z.string(),
      from: personal(z.string()),
      to: personal(z.string()),
      contactId: z.string(),
      reason: z.enum(rejectReasons),
    },
    // Version 2 has more reasons.
    { version: 2, upcasters: { 1: (fields) => fields } },
  ),
  CallAnswered: defineEvent('CallAnswered', { atMs }),
  MediaStreamStarted: defineEvent('MediaStreamStarted', {
    attempt,
    /** The process that carries the call. */
    worker: z.string(),
    streamSid: z.string(),
    atMs,
  }),
  MediaStreamLost: defineEvent('MediaStreamLost', { attempt, atMs }),
  /** `gapMs`: since the stream before it was lost. What the caller said in it, and just before, nobody heard. */
  CallResumed: defineEvent('CallResumed', { attempt, gapMs: ms }),
  /** The carrier had trouble with a media stream. */
  MediaStreamErrorReported: defineEvent('MediaStreamErrorReported', {
    streamSid: z.string(),
    /** Twilio's error, as 31941; `null`: it named none. */
    code: z.int().nullable(),
    error: z.string().max(500),
    atMs,
  }),
  /** The caller's audio lacks something, for the first time in a media stream. How much in all is in `MediaQualityMeasured`. */
  MediaGapDetected: defineEvent('MediaGapDetected', { attempt, gapMs: ms, atMs }),
  /** What came over a media stream can't be read as audio: told once a stream, and once more where that ends it. */
  AudioProcessingFailed: defineEvent('AudioProcessingFailed', {
    attempt,
    /** It was left out, and the stream goes on; `false`: there was too much of it, and the stream is closed. */
    recoverable: z.boolean(),
    /** What is wrong with it, without anything that it says. */
    error: z.string().max(500),
    atMs,
  }),
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
  CallStatusReported: defineEvent('CallStatusReported', {
    status: z.enum(carrierStatuses),
    /** Twilio's SequenceNumber, in the order of firing; requests may arrive in any order. */
    sequence: z.int().min(0).nullable(),
    source: z.string().nullable(),
    /** Twilio's CallDuration. Its `Duration` is minutes, and isn't used. */
    durationSeconds: z.int().min(0).nullable(),
  }),
  ...transferEvents,
  CallEnded: defineEvent('CallEnded', {
    reason: z.enum(endReasons),
    by: z.enum(['caller', 'agent', 'platform', 'carrier', 'operator']),
    atMs,
    /** From the answer to the end. */
    durationMs: ms,
  }),
  /** What came into a media stream's conversation is kept: with it the conversation can be replayed. */
  CallTraceStored: defineEvent('CallTraceStored', {
    attempt,
    /** Where in the object store, encrypted with the call's key. */
    object: z.string(),
    /** Of the object as stored, in hexadecimal. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** The object's size. */
    bytes: z.int().min(0),
    /** How many inputs it has. */
    inputs: z.int().min(0),
    /** There were more: a trace has a limit. */
    cut: z.boolean(),
  }),
  /** Both sides of a media stream are being recorded, in parts: what is there of them counts, should the worker die. */
  RecordingStarted: defineEvent('RecordingStarted', {
    attempt,
    /** Where in the object store its parts are, encrypted with the call's key. */
    folder: z.string(),
    /** The recording's beginning on the call's clock. */
    startedAtMs: atMs,
  }),
  RecordingStored: defineEvent('RecordingStored', {
    attempt,
    /** The list of its parts, in its folder: each with its SHA-256. */
    object: z.string(),
    /** Of that list as stored, in hexadecimal. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** The size of all parts as stored. */
    bytes: z.int().min(0),
    /** The recording's beginning on the call's clock. */
    startedAtMs: atMs,
    durationMs: ms,
    /** `audio/x-mulaw`: a byte a sample and channel, channels interleaved. */
    encoding: z.string(),
    sampleRateHz: z.int().min(1),
    /** Who is heard on which: `caller`, `agent`. */
    channels: z.array(z.string()),
    /** `false`: parts of it are missing, or its end is, since the worker died. */
    complete: z.boolean(),
  }),
  /** What a media stream was like, at its end. The platform's own view: what the carrier's line did is not in it. */
  MediaQualityMeasured: defineEvent('MediaQualityMeasured', {
    attempt,
    ...mediaQualityShape,
    /** Transcripts, interim ones too, that were dropped as the agent's own words. Absent in events of before. */
    echoes: count.optional(),
  }),
};

export type CallEvent = EventOf<typeof callEvents>;
