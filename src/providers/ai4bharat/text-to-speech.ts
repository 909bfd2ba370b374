import { z } from 'zod';
import { FloatByteStream } from '../../audio/float-bytes.js';
import { encodeMuLaw, SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { Resampler } from '../../audio/resampler.js';
import { knownLanguage, languageOf } from '../language.js';
import { inShape } from '../message-shape.js';
import { socketUrl } from '../provider-socket.js';
import { type Failure, failureOf } from '../service.js';
import { speakOverSocket } from '../socket-speech.js';
import type { SpeechQueue } from '../speech-queue.js';
import type { SpeechPart, SpeechRequest, TextToSpeech } from '../text-to-speech.js';
import { knownSettings, type VoiceSettings } from '../voice-settings.js';
import { isSpoken } from './languages.js';

/** The one model of the server, and a voice of it that speaks all its languages. */
const MODEL = 'indic-parler-tts';
const VOICE = 'Divya';
/** Where the server doesn't say: the model's own. */
const RATE_HZ = 44_100;
const URL_VARIABLE = 'AI4BHARAT_TTS_URL';

/** The whole description in the model's words, in place of ours. */
const SETTINGS = { description: { type: 'string' } } as const satisfies VoiceSettings;

export interface Ai4BharatTextToSpeechOptions {
  /** `ws://tts.internal:8002`. */
  readonly url: string;
  /** How long the server may get nothing done, in ms, before it fails. The callers have shorter deadlines. */
  readonly patienceMs?: number | undefined;
}

/** AI4Bharat's Indic Parler, on a server of one's own. How it speaks is told in words. */
export class Ai4BharatTextToSpeech implements TextToSpeech {
  readonly name = 'ai4bharat';
  readonly defaultModel = MODEL;
  readonly voiceSettings = SETTINGS;
  readonly #options: Ai4BharatTextToSpeechOptions;

  constructor(options: Ai4BharatTextToSpeechOptions) {
    this.#options = options;
  }

  speak(request: SpeechRequest): AsyncIterable<SpeechPart> {
    const { url, patienceMs = 5_000 } = this.#options;
    const failure = failureOf(
      { name: this.name, owner: "AI4Bharat's", capability: 'textToSpeech' },
      request.model ?? MODEL,
    );
    const audio = new ServerAudio(failure);
    const message = {
      prompt: request.text,
      description: descriptionOf(request),
      language: languageOf(knownLanguage(request, isSpoken)),
    };
    return speakOverSocket({
      url: socketUrl(url),
      headers: {},
      openWithinMs: patienceMs,
      keyVariable: URL_VARIABLE,
      urlVariable: URL_VARIABLE,
      failure,
      signal: request.signal,
      patienceMs,
      messages: [JSON.stringify(message)],
      onMessage: (message, speech) => audio.onMessage(message, speech),
      onBytes: (bytes, speech) => audio.onBytes(bytes, speech),
    });
  }
}

/** The words that the model knows for a pace. */
const paceOf = (speed: number | null): string => {
  if (speed === null || (speed > 0.9 && speed < 1.1)) return 'a moderate pace';
  return speed < 1 ? 'a slow pace' : 'a fast pace';
};

const descriptionOf = ({ voice, speed, tone, voiceSettings }: SpeechRequest): string => {
  const { description } = knownSettings(voiceSettings, SETTINGS);
  if (description !== undefined) return String(description);
  const manner = tone ?? 'clear and natural';
  return `${voice ?? VOICE} speaks at ${paceOf(speed)}, in a voice that is ${manner}. The recording is very clear, without background noise.`;
};

const messageSchema = z.looseObject({ type: z.string(), sample_rate: z.int().positive().optional() });

/** 32-bit floats at the model's rate, as the telephone has them. */
class ServerAudio {
  readonly #failure: Failure;
  readonly #floats = new FloatByteStream();
  #resampler = new Resampler({ fromHz: RATE_HZ, toHz: SAMPLE_RATE_HZ });

  constructor(failure: Failure) {
    this.#failure = failure;
  }

  onMessage(message: unknown, speech: SpeechQueue): void {
    const data = inShape(messageSchema, message, this.#failure);
    if (data.type === 'error') throw this.#failure('broke off its answer.', { retryable: true });
    if (data.type === 'meta' && data.sample_rate !== undefined) {
      this.#resampler = this.#resamplerFrom(data.sample_rate);
    }
    if (data.type !== 'done') return;
    push(this.#resampler.flush(), speech);
    speech.end();
  }

  onBytes(bytes: Uint8Array, speech: SpeechQueue): void {
    push(this.#resampler.push(this.#floats.push(bytes)), speech);
  }

  /** A rate that can't be resampled is the server's fault, and nobody's here. */
  #resamplerFrom(fromHz: number): Resampler {
    try {
      return new Resampler({ fromHz, toHz: SAMPLE_RATE_HZ });
    } catch {
      const happened = `sends audio of ${fromHz} Hz, which can't be resampled.`;
      throw this.#failure(happened, { retryable: false });
    }
  }
}

const push = (pcm: Int16Array, speech: SpeechQueue): void => {
  if (pcm.length > 0) speech.push(encodeMuLaw(pcm));
};
