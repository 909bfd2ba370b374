import { z } from 'zod';
import { languageOf } from '../language.js';
import { inShape } from '../message-shape.js';
import { type Failure, refusedWith } from '../service.js';
import type { SpeechRequest, TimedWord } from '../text-to-speech.js';
import { knownSettings, speedWithin, type VoiceSettings } from '../voice-settings.js';
import type { ContextMessage } from './connection.js';

export const MODEL = 'sonic-3';
/** The voice of the service's own documentation. */
export const VOICE = 'a0e99841-438c-4a64-b679-ae501e7d6091';
export const KEY_VARIABLE = 'CARTESIA_API_KEY';

/** What sonic-3 takes; it refuses others. */
const SLOWEST = 0.6;
const FASTEST = 1.5;

/** Those that the service documents as its main ones; a tone in other words is left. */
const EMOTIONS = new Set(['neutral', 'angry', 'excited', 'content', 'sad', 'scared']);

/** Cartesia's `generation_config`, with the bounds of its API reference. */
export const SETTINGS = {
  volume: { type: 'number', least: 0.5, most: 2 },
  emotion: { type: 'string' },
} as const satisfies VoiceSettings;

/**
 * The requests for one text: mu-law at 8 kHz, with its words' times. `goesOn`: further texts may follow in its context; then a
 * flush tells where this one's speech ends.
 */
export const requestsOf = (id: string, request: SpeechRequest, goesOn: boolean): readonly object[] => {
  const { text, model, voice, language } = request;
  const generation = generationOf(request);
  const fields = {
    model_id: model ?? MODEL,
    voice: { id: voice ?? VOICE },
    output_format: { container: 'raw', encoding: 'pcm_mulaw', sample_rate: 8000 },
    language: languageOf(language),
    context_id: id,
    max_buffer_delay_ms: 0,
    add_timestamps: true,
    ...(Object.keys(generation).length > 0 && { generation_config: generation }),
  };
  if (!goesOn) return [{ ...fields, transcript: text, continue: false }];
  return [
    // The service puts the texts together as they are.
    { ...fields, transcript: `${text} `, continue: true },
    { ...fields, transcript: '', continue: true, flush: true },
  ];
};

const generationOf = ({ speed, tone, voiceSettings }: SpeechRequest): object => {
  const emotion = tone?.trim().toLowerCase() ?? '';
  return {
    ...(EMOTIONS.has(emotion) && { emotion }),
    ...knownSettings(voiceSettings, SETTINGS),
    ...(speed !== null && { speed: speedWithin(speed, SLOWEST, FASTEST) }),
  };
};

const chunkSchema = z.object({ data: z.base64() });
const timesSchema = z.object({
  word_timestamps: z.object({
    words: z.array(z.string()),
    start: z.array(z.number()),
    end: z.array(z.number()),
  }),
});

/** What a message tells of a text's speech; `null`: nothing. */
export type Told =
  | { readonly audio: Uint8Array }
  | { readonly words: readonly TimedWord[] }
  | 'flushed'
  | 'done'
  | null;

/** Throws what the message tells went wrong. */
export const readMessage = (message: ContextMessage, failure: Failure): Told => {
  switch (message.type) {
    case 'chunk':
      return { audio: Buffer.from(inShape(chunkSchema, message, failure).data, 'base64') };
    case 'timestamps':
      return { words: wordsOf(inShape(timesSchema, message, failure).word_timestamps) };
    case 'flush_done':
      return 'flushed';
    case 'done':
      return 'done';
    case 'error': {
      const { status_code: status, error_code: reason } = message;
      if (typeof status !== 'number') throw failure('broke off its answer.', { retryable: true });
      throw refusedWith(failure, { status, reason, keyVariable: KEY_VARIABLE });
    }
    default:
      return null;
  }
};

const wordsOf = ({
  words,
  start,
  end,
}: z.infer<typeof timesSchema>['word_timestamps']): readonly TimedWord[] =>
  words.map((text, n) => {
    const startMs = 1000 * (start[n] ?? 0);
    return { text, startMs, endMs: 1000 * (end[n] ?? start[n] ?? 0) };
  });
