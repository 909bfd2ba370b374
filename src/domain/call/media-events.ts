import { z } from 'zod';
import { defineEvent } from '../event.js';
import { atMs, attempt, count, ms } from './event-fields.js';

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

const providerUsageSchema = z.strictObject({
  capability: z.enum(['speech_to_text', 'language_model', 'text_to_speech', 'speech_to_speech']),
  provider: z.string(),
  /** `null`: the provider has but one. */
  model: z.string().nullable(),
  /** Streams of one that listens, answers of a model (those that were prepared, or stopped, too), texts of a voice. */
  requests: count,
  /** The caller's audio that it was sent. */
  heardMs: ms.optional(),
  /** Of the texts that it was given to say. */
  characters: count.optional(),
  /** The speech that it made. */
  spokenMs: ms.optional(),
  /** As it counts them: of an answer that was stopped few tell. */
  inputTokens: count.optional(),
  outputTokens: count.optional(),
});
export type ProviderUsage = Readonly<z.infer<typeof providerUsageSchema>>;

/** A call's media streams: how they come, break and go on, and what is kept of them. */
export const mediaEvents = {
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
  /**
   * What a media stream's conversation used of its providers, told at its end: what they bill by. What was made before, as a
   * greeting, isn't in it; of a worker that died nobody knows.
   */
  ProviderUsageMeasured: defineEvent('ProviderUsageMeasured', {
    attempt,
    /** One for each provider, model and what it did. */
    usage: z.array(providerUsageSchema),
  }),
};
