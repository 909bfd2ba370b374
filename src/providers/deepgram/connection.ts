import { FRAME_BYTES, msOf, SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { socketUrl } from '../provider-socket.js';
import { type Failure, failureOf } from '../service.js';
import { SpeechSocket } from '../speech-socket.js';
import type { Transcript } from '../speech-to-text.js';

/** What every stream of an account has in common. */
export interface DeepgramAccount {
  readonly apiKey: string;
  /** `https://…`, as the HTTP API has it. */
  readonly baseUrl: string;
  /** As in `SpeechSocketOptions`. */
  readonly patienceMs: number;
}

export interface DeepgramStreamOptions extends DeepgramAccount {
  readonly model: string;
  /** BCP 47. */
  readonly language: string;
  readonly signal: AbortSignal;
}

/** Names Deepgram and the model. */
export const deepgramFailure = (model: string): Failure =>
  failureOf({ name: 'deepgram', owner: "Deepgram's", capability: 'speechToText' }, model);

export interface ConnectionOptions extends DeepgramStreamOptions {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly onMessage: (message: unknown) => void;
  /** Called whenever no audio came for so long. */
  readonly quietMs: number;
  readonly onQuiet: () => void;
}

/** What Deepgram recommends for Flux: 80 ms. */
const CHUNK_BYTES = 4 * FRAME_BYTES;

const FORMAT = { encoding: 'mulaw', sample_rate: String(SAMPLE_RATE_HZ) } as const;

/** A socket to Deepgram, with the audio in chunks. */
export class DeepgramConnection {
  readonly #socket: SpeechSocket;
  readonly #quiet: NodeJS.Timeout | undefined;
  #frames: Uint8Array[] = [];
  #bytes = 0;
  #sentBytes = 0;
  #isQuiet = false;

  constructor({ path, parameters, quietMs, onQuiet, ...options }: ConnectionOptions) {
    const { apiKey, baseUrl, model, patienceMs, signal, onMessage } = options;
    const query = new URLSearchParams({ model, ...FORMAT, ...parameters });
    this.#socket = new SpeechSocket({
      url: `${socketUrl(baseUrl)}${path}?${query}`,
      headers: { authorization: `Token ${apiKey}` },
      keyVariable: 'DEEPGRAM_API_KEY',
      urlVariable: 'DEEPGRAM_BASE_URL',
      failure: deepgramFailure(model),
      goodbye: JSON.stringify({ type: 'CloseStream' }),
      patienceMs,
      signal,
      onMessage,
      onEnd: () => clearInterval(this.#quiet),
    });
    if (signal.aborted) return;
    this.#quiet = setInterval(() => {
      if (this.#isQuiet) onQuiet();
      this.#isQuiet = true;
    }, quietMs);
  }

  get transcripts(): AsyncIterable<Transcript> {
    return this.#socket.transcripts;
  }

  /** How much of the caller went out, in ms: where Deepgram's times begin. */
  get sentMs(): number {
    return msOf(this.#sentBytes);
  }

  write(frame: Uint8Array): void {
    this.#isQuiet = false;
    // A copy, because the carrier's frames may be views of something larger.
    this.#frames.push(new Uint8Array(frame));
    this.#bytes += frame.length;
    if (this.#bytes >= CHUNK_BYTES) this.flush();
  }

  /** Sends what isn't a whole chunk yet. */
  flush(): void {
    if (this.#bytes === 0) return;
    this.#socket.send(Buffer.concat(this.#frames));
    this.#sentBytes += this.#bytes;
    this.#frames = [];
    this.#bytes = 0;
  }

  command(type: 'Finalize' | 'KeepAlive'): void {
    this.#socket.send(JSON.stringify({ type }));
  }

  push(transcript: Transcript): void {
    this.#socket.push(transcript);
  }

  /** Deepgram owes a message from here on. */
  awaitAnswer(): void {
    this.#socket.awaitAnswer();
  }

  /** It owes nothing any more. */
  answered(): void {
    this.#socket.answered();
  }
}
