import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';
import { carrierStatuses, endReasons, rejectReasons } from './vocabulary.js';

const ms = z.int().min(0);
/** On the call's own clock: milliseconds since it was received. */
const atMs = ms;
const attempt = z.int().min(1);
/** An exchange: what the caller said and the agent's answer share the number. 0 is the greeting. */
const turn = z.int().min(0);

/** One answer's way, from the caller's last voiced frame; `null` where a stage didn't happen. */
export const turnLatencyShape = z.strictObject({
  /** Last voiced frame → turn committed. */
  endpointingMs: ms.nullable(),
  /** Last voiced frame → the final transcript; runs beside the endpointing. */
  transcriptMs: ms.nullable(),
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
  /** Where the answer was cut: the caller's onset → `clear` sent. */
  interruptionMs: ms.nullable(),
});

export type TurnLatency = Readonly<z.infer<typeof turnLatencyShape>>;

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
  CallRejected: defineEvent('CallRejected', {
    callId: z.string(),
    callSid: z.string(),
    accountSid: z.string(),
    from: personal(z.string()),
    to: personal(z.string()),
    contactId: z.string(),
    reason: z.enum(rejectReasons),
  }),
  CallAnswered: defineEvent('CallAnswered', { atMs }),
  MediaStreamStarted: defineEvent('MediaStreamStarted', {
    attempt,
    /** The process that carries the call. */
    worker: z.string(),
    streamSid: z.string(),
    atMs,
  }),
  MediaStreamLost: defineEvent('MediaStreamLost', { attempt, atMs }),
  CallResumed: defineEvent('CallResumed', { attempt, gapMs: ms }),
  GreetingStarted: defineEvent('GreetingStarted', { text: personal(z.string()), atMs }),
  GreetingSpoken: defineEvent('GreetingSpoken', {
    heardText: personal(z.string()),
    heardMs: ms,
    interrupted: z.boolean(),
    atMs,
  }),
  CallerTurnCommitted: defineEvent('CallerTurnCommitted', {
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
  }),
  DtmfReceived: defineEvent('DtmfReceived', { turn, digits: personal(z.string()), atMs }),
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
  }),
  AgentTurnSpoken: defineEvent('AgentTurnSpoken', {
    turn,
    heardText: personal(z.string()),
    heardMs: ms,
    interrupted: z.boolean(),
    startedMs: atMs,
    endedMs: atMs,
    latency: turnLatencyShape,
  }),
  SilencePrompted: defineEvent('SilencePrompted', {
    /** 1: asked whether anybody is there; 2: said goodbye. */
    rung: z.int().min(1).max(2),
    text: personal(z.string()),
    atMs,
  }),
  /** A sentence of the platform's own that answers nobody. */
  NoticeGiven: defineEvent('NoticeGiven', {
    notice: z.enum(['resumed', 'max_duration', 'failed']),
    text: personal(z.string()),
    atMs,
  }),
  ProviderFailed: defineEvent('ProviderFailed', {
    turn,
    capability: z.enum(['speech_to_text', 'language_model', 'text_to_speech', 'tool']),
    provider: z.string(),
    /** `deadline`, or what the provider said, without the caller's words. */
    error: z.string().max(500),
    atMs,
  }),
  CallStatusReported: defineEvent('CallStatusReported', {
    status: z.enum(carrierStatuses),
    /** Twilio's SequenceNumber, in the order of firing; requests may arrive in any order. */
    sequence: z.int().min(0).nullable(),
    source: z.string().nullable(),
    /** Twilio's CallDuration. Its `Duration` is minutes, and isn't used. */
    durationSeconds: z.int().min(0).nullable(),
  }),
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
};

export type CallEvent = EventOf<typeof callEvents>;
