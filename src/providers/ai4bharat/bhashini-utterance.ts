import { z } from 'zod';
import { floatBytes } from '../../audio/float-bytes.js';
import { decodeMuLaw, SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { Resampler } from '../../audio/resampler.js';
import type { AppError } from '../../domain/errors.js';
import { inShape } from '../message-shape.js';
import { ProviderSocket } from '../provider-socket.js';
import type { Failure } from '../service.js';

const RATE_HZ = 16_000;
/** The service wants its audio in such pieces. */
const PIECE_MS = 200;
const PIECE_BYTES = (SAMPLE_RATE_HZ * PIECE_MS) / 1000;

const LAST_WORDS_MS = 800;

const KEY_VARIABLE = 'BHASHINI_API_KEY';

export interface BhashiniRequest {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly model: string;
  /** `hi`. */
  readonly language: string;
  readonly failure: Failure;
  /** How long the service may take to connect, and to end its words, in ms. */
  readonly patienceMs: number;
}

export interface BhashiniListener {
  /** All words so far. */
  onWords(text: string, isLast: boolean): void;
  onFailure(error: AppError): void;
}

const messageSchema = z.looseObject({
  type: z.string(),
  output: z.array(z.looseObject({ source: z.string() })).nullish(),
  isFinal: z.boolean().nullish(),
});

/** One utterance on its way: the service takes a connection for each. */
export class BhashiniUtterance {
  readonly #request: BhashiniRequest;
  readonly #listener: BhashiniListener;
  readonly #socket: ProviderSocket;
  readonly #resampler = new Resampler({ fromHz: SAMPLE_RATE_HZ, toHz: RATE_HZ });
  #frames: Uint8Array[] = [];
  #bytes = 0;
  #overdue: NodeJS.Timeout | undefined;
  #isEnded = false;
  /** What it has said for good, and with what it may still change. */
  #said = '';
  #text = '';

  constructor(request: BhashiniRequest, listener: BhashiniListener) {
    const { apiKey, baseUrl, failure, patienceMs } = request;
    this.#request = request;
    this.#listener = listener;
    this.#socket = new ProviderSocket({
      url: `${baseUrl}/ws/v1/asr/stream?${new URLSearchParams({ api_key: apiKey })}`,
      headers: {},
      openWithinMs: patienceMs,
      keyVariable: KEY_VARIABLE,
      urlVariable: 'BHASHINI_BASE_URL',
      failure,
      onMessage: (message) => this.#read(message),
      onFailure: (error) => this.#fail(error),
    });
    this.#socket.send(JSON.stringify(startMessage(request)));
  }

  /** mu-law, which is kept. */
  write(frame: Uint8Array): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
    if (this.#bytes >= PIECE_BYTES) this.#send();
  }

  /** Nothing follows: the words should end now. */
  end(): void {
    this.#send();
    const rest = this.#resampler.flush();
    if (rest.length > 0) this.#socket.send(floatBytes(rest));
    this.#socket.send(JSON.stringify({ type: 'end' }));
    this.#isEnded = true;
    this.#await();
  }

  /** Nobody wants its words any more. */
  leave(): void {
    clearTimeout(this.#overdue);
    this.#socket.close();
  }

  #send(): void {
    const pcm = this.#resampler.push(decodeMuLaw(Buffer.concat(this.#frames)));
    this.#frames = [];
    this.#bytes = 0;
    if (pcm.length > 0) this.#socket.send(floatBytes(pcm));
  }

  #read(message: unknown): void {
    const { failure } = this.#request;
    const data = inShape(messageSchema, message, failure);
    if (data.type === 'error') throw failure('broke off its answer.', { retryable: true });
    if (data.type !== 'transcript') return;
    const text = [this.#said, data.output?.[0]?.source.trim()].filter(Boolean).join(' ');
    if (data.isFinal) this.#said = text;
    this.#text = text;
    if (data.isFinal && this.#isEnded) return this.#finish();
    this.#listener.onWords(text, false);
    if (this.#isEnded) this.#await();
  }

  /** The service owes a last message, and doesn't always send it: what it had heard by then is taken for its last word. */
  #await(): void {
    const { failure, patienceMs } = this.#request;
    clearTimeout(this.#overdue);
    const waitMs = this.#text === '' ? patienceMs : Math.min(LAST_WORDS_MS, patienceMs);
    this.#overdue = setTimeout(() => {
      if (this.#text !== '') return this.#finish();
      this.leave();
      this.#listener.onFailure(failure(`sent nothing for ${patienceMs} ms.`, { retryable: true }));
    }, waitMs);
  }

  #finish(): void {
    this.leave();
    this.#listener.onWords(this.#text, true);
  }

  #fail(error: AppError): void {
    clearTimeout(this.#overdue);
    if (this.#isEnded && this.#text !== '') this.#listener.onWords(this.#text, true);
    else this.#listener.onFailure(error);
  }
}

const startMessage = ({ model, language }: BhashiniRequest): object => ({
  type: 'start',
  controlConfig: { dataTracking: false },
  language: { sourceLanguage: language },
  config: {
    serviceId: model,
    language: { sourceLanguage: language },
    audioFormat: 'pcm',
    encoding: 'raw',
    samplingRate: RATE_HZ,
    transcriptionFormat: { value: 'transcript' },
  },
  streamingConfig: {
    chunkDurationMs: PIECE_MS,
    interimResults: true,
    endOfStreamPolicy: 'client_signal',
  },
});
