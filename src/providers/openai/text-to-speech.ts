import type { OpenAI } from 'openai';
import { encodeMuLaw, SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { PcmByteStream } from '../../audio/pcm-bytes.js';
import { Resampler } from '../../audio/resampler.js';
import type { HttpConnections } from '../http-connections.js';
import type { SpeechRequest, TextToSpeech } from '../text-to-speech.js';
import { speedWithin } from '../voice-settings.js';
import { exchange } from './exchange.js';
import { type Operation, openAiError } from './failure.js';

/** The API's `pcm`: 16 bits, little-endian, mono, without a header. */
const PCM_RATE_HZ = 24_000;

export interface OpenAiTextToSpeechOptions {
  /** The client's. */
  readonly connections: HttpConnections;
  /** Where a request names none. */
  readonly model: string;
  readonly voice: string;
  /** As in `exchange`. How long the first byte may take is the caller's business. */
  readonly patienceMs: number;
}

/** OpenAI's speech endpoint, as compatible servers have it too. It tells the language by the text. */
export class OpenAiTextToSpeech implements TextToSpeech {
  readonly name = 'openai';
  /** Its tone is an agent's `tone`, its speed an agent's `speed`. */
  readonly voiceSettings = {};
  readonly #client: OpenAI;
  readonly #options: OpenAiTextToSpeechOptions;

  constructor(client: OpenAI, options: OpenAiTextToSpeechOptions) {
    this.#client = client;
    this.#options = options;
  }

  get defaultModel(): string {
    return this.#options.model;
  }

  async *speak(request: SpeechRequest): AsyncGenerator<Uint8Array, void> {
    const { signal } = request;
    const operation = { capability: 'textToSpeech', model: request.model ?? this.defaultModel } as const;
    const body = {
      model: operation.model,
      voice: request.voice ?? this.#options.voice,
      input: request.text,
      response_format: 'pcm',
      ...mannerOf(request, operation.model),
    } as const;
    const chunks = exchange(operation, { signal, patienceMs: this.#options.patienceMs }, async (signal) =>
      audioOf(operation, await this.#client.audio.speech.create(body, { signal })),
    );
    const samples = new PcmByteStream();
    const resampler = new Resampler({ fromHz: PCM_RATE_HZ, toHz: SAMPLE_RATE_HZ });
    let isSilent = true;
    for await (const chunk of chunks) {
      const pcm = resampler.push(samples.push(chunk));
      if (pcm.length > 0) yield encodeMuLaw(pcm);
      isSilent = false;
    }
    if (signal.aborted) return;
    if (isSilent) throw openAiError(operation, 'sent no audio.');
    const rest = resampler.flush();
    if (rest.length > 0) yield encodeMuLaw(rest);
  }

  warmUp(): Promise<void> {
    return this.#options.connections.warmUp(this.#client.baseURL);
  }
}

/** Instructions do nothing with OpenAI's first voices, says its API reference. */
const TAKES_NO_INSTRUCTIONS = /^tts-1/;

/** Anything beyond is a 400. */
const SLOWEST = 0.25;
const FASTEST = 4;

const mannerOf = (
  { speed, tone }: SpeechRequest,
  model: string,
): { readonly speed?: number; readonly instructions?: string } => ({
  ...(speed !== null && { speed: speedWithin(speed, SLOWEST, FASTEST) }),
  ...(tone && !TAKES_NO_INSTRUCTIONS.test(model) && { instructions: tone }),
});

/** A web page or another container, played as samples, is noise at full volume. */
const NOT_SAMPLES = /^(text\/.*|application\/(json|ogg)|audio\/(mpeg|mp3|wav|x-wav|ogg|opus|aac|flac))$/;

const audioOf = (operation: Operation, { headers, body }: Response): AsyncIterable<Uint8Array> => {
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (NOT_SAMPLES.test(mediaType)) {
    throw openAiError(operation, `sent ${mediaType}, not raw samples. Check OPENAI_BASE_URL.`);
  }
  if (body === null) throw openAiError(operation, 'sent no audio.');
  return body;
};
