import { z } from 'zod';
import { msOf } from '../../audio/mu-law.js';
import { type AppError, ErrorCode } from '../../domain/errors.js';
import { anyOf, knownLanguage, languageOf } from '../language.js';
import { inShape } from '../message-shape.js';
import { type DialOptions, socketUrl } from '../provider-socket.js';
import { type Failure, failureOf, reasonIn, refusedWith } from '../service.js';
import { speakOverSocket } from '../socket-speech.js';
import { SpareSockets } from '../spare-sockets.js';
import type { SpeechQueue } from '../speech-queue.js';
import type { SpeakingVoice, SpeechPart, SpeechRequest, TextToSpeech } from '../text-to-speech.js';
import { knownSettings, speedWithin, type VoiceSettings } from '../voice-settings.js';
import { alignmentSchema, WordsOfCharacters } from './alignment.js';

const BASE_URL = 'https://api.elevenlabs.io';
const MODEL = 'eleven_flash_v2_5';
/** "George", a voice that every account has. */
const VOICE = 'JBFqnCBsd6RMkjVDRZzb';
const KEY_VARIABLE = 'ELEVENLABS_API_KEY';

/** What the service takes; it refuses others. */
const SLOWEST = 0.7;
const FASTEST = 1.2;

/** Other models refuse a language. */
const TAKES_LANGUAGE = /_v2_5$/;

/** Theirs, from ElevenLabs' overview of its models (November 2026); others it refuses. */
const isSpoken = anyOf(
  'ar bg cs da de el en es fi fil fr hi hr hu id it ja ko ms nl no pl pt ro ru sk sv ta tr uk vi zh',
);

const SHARE = { type: 'number', least: 0, most: 1 } as const;

/** Those of `voice_settings` that have no name of our own, with the bounds of ElevenLabs' API reference. */
const SETTINGS = {
  stability: SHARE,
  similarity_boost: SHARE,
  style: SHARE,
  use_speaker_boost: { type: 'boolean' },
} as const satisfies VoiceSettings;

/** The service closes a socket that says nothing for 20 s. */
const SPARE_MS = 15_000;

export interface ElevenLabsOptions {
  readonly apiKey: string;
  /** Of a residency host or a proxy: `https://api.eu.residency.elevenlabs.io`. */
  readonly baseUrl?: string | undefined;
  /** How long the service may get nothing done, in ms, before it fails. The callers have shorter deadlines. */
  readonly patienceMs?: number | undefined;
  /** How long a socket is held ready for the next text. */
  readonly spareMs?: number | undefined;
}

/**
 * ElevenLabs' text to speech over its `stream-input` socket, in mu-law, with the times of its words. A socket takes one text;
 * the next one's is opened meanwhile.
 */
export class ElevenLabsTextToSpeech implements TextToSpeech {
  readonly name = 'elevenlabs';
  readonly defaultModel = MODEL;
  readonly voiceSettings = SETTINGS;
  readonly #options: ElevenLabsOptions;
  readonly #spares: SpareSockets;

  constructor(options: ElevenLabsOptions) {
    this.#options = options;
    this.#spares = new SpareSockets({ idleMs: options.spareMs ?? SPARE_MS });
  }

  speak(request: SpeechRequest): AsyncIterable<SpeechPart> {
    const connection = this.#connectionFor(request);
    const reader = new ElevenLabsReader(connection.failure);
    return speakOverSocket({
      ...connection,
      spares: this.#spares,
      signal: request.signal,
      patienceMs: connection.openWithinMs,
      messages: messagesOf(request).map((message) => JSON.stringify(message)),
      onMessage: (message, speech) => reader.read(message, speech),
    });
  }

  warmUp(voice: SpeakingVoice): Promise<void> {
    return this.#spares.prepare(this.#connectionFor(voice));
  }

  #connectionFor(voice: SpeakingVoice): DialOptions {
    const { apiKey, patienceMs = 5_000 } = this.#options;
    const model = voice.model ?? MODEL;
    return {
      url: this.#urlOf(voice, model),
      headers: { 'xi-api-key': apiKey },
      openWithinMs: patienceMs,
      keyVariable: KEY_VARIABLE,
      urlVariable: 'ELEVENLABS_BASE_URL',
      failure: failureOf({ name: this.name, owner: "ElevenLabs'", capability: 'textToSpeech' }, model),
    };
  }

  #urlOf({ voice, ...languages }: SpeakingVoice, model: string): string {
    const base = socketUrl(this.#options.baseUrl ?? BASE_URL);
    const query = new URLSearchParams({
      model_id: model,
      output_format: 'ulaw_8000',
      auto_mode: 'true', // whole clauses: nothing is gained by waiting for more
      ...(TAKES_LANGUAGE.test(model) && { language_code: languageOf(knownLanguage(languages, isSpoken)) }),
    });
    return `${base}/v1/text-to-speech/${encodeURIComponent(voice ?? VOICE)}/stream-input?${query}`;
  }
}

/** The first has the settings, the second the text, and the last says that no more follows. */
const messagesOf = ({ text, speed, voiceSettings }: SpeechRequest): readonly object[] => {
  const settings = {
    ...knownSettings(voiceSettings, SETTINGS),
    ...(speed !== null && { speed: speedWithin(speed, SLOWEST, FASTEST) }),
  };
  const isSet = Object.keys(settings).length > 0;
  return [{ text: ' ', ...(isSet && { voice_settings: settings }) }, { text: `${text} ` }, { text: '' }];
};

const messageSchema = z.object({
  audio: z.base64().nullish(),
  alignment: alignmentSchema.nullish(),
  isFinal: z.boolean().nullish(),
  error: z.unknown().optional(),
});

/** Reads one socket's messages. */
class ElevenLabsReader {
  readonly #failure: Failure;
  readonly #words = new WordsOfCharacters();
  #bytes = 0;

  constructor(failure: Failure) {
    this.#failure = failure;
  }

  read(message: unknown, speech: SpeechQueue): void {
    const { audio, alignment, isFinal, error } = inShape(messageSchema, message, this.#failure);
    if (error) throw refusalOf(this.#failure, error);
    if (alignment) this.#tell(this.#words.push(alignment, msOf(this.#bytes)), speech);
    if (audio) {
      const bytes = Buffer.from(audio, 'base64');
      this.#bytes += bytes.length;
      speech.push(bytes);
    }
    if (!isFinal) return;
    this.#tell(this.#words.end(), speech);
    speech.end();
  }

  #tell(words: ReturnType<WordsOfCharacters['end']>, speech: SpeechQueue): void {
    if (words.length > 0) speech.push({ words });
  }
}

/** It refuses in the stream, too, by a name instead of a status. */
const refusalOf = (failure: Failure, error: unknown): AppError => {
  const name = reasonIn(error);
  if (/api_key|unauthorized/.test(name))
    return refusedWith(failure, { status: 401, keyVariable: KEY_VARIABLE });
  if (/quota|rate_limit|too_many|busy/.test(name)) {
    const advice = `refused the text${name}. Check the account's limits and credit.`;
    return failure(advice, { status: 429, retryable: !name.includes('quota') }, ErrorCode.RATE_LIMITED);
  }
  return failure(`broke off its answer${name}.`, { retryable: true });
};
