import { socketUrl } from '../provider-socket.js';
import { type Failure, failureOf } from '../service.js';
import type { SpeakingVoice, SpeechPart, SpeechRequest, TextToSpeech } from '../text-to-speech.js';
import { CartesiaConnection } from './connection.js';
import { KEY_VARIABLE, MODEL, SETTINGS } from './messages.js';
import { OpenContexts } from './open-contexts.js';
import { Speaking } from './speaking.js';

const BASE_URL = 'https://api.cartesia.ai';
/** The API's version that the messages are written in. */
const API_VERSION = '2026-08-14';
/** The service closes a connection that is idle for five minutes. */
const IDLE_MS = 60_000;

export interface CartesiaOptions {
  readonly apiKey: string;
  /** Of a proxy. */
  readonly baseUrl?: string | undefined;
  /** How long the service may get nothing done, in ms, before it fails. The callers have shorter deadlines. */
  readonly patienceMs?: number | undefined;
  readonly idleMs?: number | undefined;
}

/**
 * Cartesia's text to speech, in mu-law, with the times of its words. All texts of a process share one connection, and those of
 * an utterance one context, as the service recommends: a text begins without a handshake, and goes on as the one before it
 * was spoken. What was open before a text and breaks, or is refused, before its first sound is replaced once.
 */
export class CartesiaTextToSpeech implements TextToSpeech {
  readonly name = 'cartesia';
  readonly defaultModel = MODEL;
  readonly voiceSettings = SETTINGS;
  readonly #options: CartesiaOptions;
  readonly #patienceMs: number;
  readonly #contexts = new OpenContexts();
  #connection: CartesiaConnection | null = null;

  constructor(options: CartesiaOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? 5_000;
  }

  async *speak(request: SpeechRequest): AsyncGenerator<SpeechPart, void> {
    const { signal } = request;
    if (signal.aborted) return;
    const failure = this.#failureOf(request);
    const speaking = new Speaking(request, {
      failure,
      contexts: this.#contexts,
      connect: () => this.#connect(failure),
    });
    try {
      yield* speaking.speech.read({ signal, patienceMs: this.#patienceMs, failure });
    } catch (error) {
      speaking.fail();
      throw error;
    } finally {
      speaking.end();
    }
  }

  async warmUp(voice: SpeakingVoice): Promise<void> {
    this.#connect(this.#failureOf(voice));
  }

  #failureOf({ model }: SpeakingVoice): Failure {
    return failureOf({ name: this.name, owner: "Cartesia's", capability: 'textToSpeech' }, model ?? MODEL);
  }

  #connect(failure: Failure): CartesiaConnection {
    if (this.#connection?.isUsable) return this.#connection;
    const { apiKey, baseUrl = BASE_URL, idleMs = IDLE_MS } = this.#options;
    const connection = new CartesiaConnection(
      {
        url: `${socketUrl(baseUrl)}/tts/websocket`,
        headers: { authorization: `Bearer ${apiKey}`, 'cartesia-version': API_VERSION },
        openWithinMs: this.#patienceMs,
        idleMs,
        keyVariable: KEY_VARIABLE,
        urlVariable: 'CARTESIA_BASE_URL',
      },
      failure,
    );
    this.#connection = connection;
    return connection;
  }
}
