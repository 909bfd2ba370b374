import { randomUUID } from 'node:crypto';
import { type AppError, isAppError } from '../../domain/errors.js';
import { socketUrl } from '../provider-socket.js';
import { type Failure, failureOf } from '../service.js';
import { SpeechQueue } from '../speech-queue.js';
import type { SpeakingVoice, SpeechPart, SpeechRequest, TextToSpeech } from '../text-to-speech.js';
import { CartesiaConnection, type Context, type ContextMessage } from './connection.js';
import { KEY_VARIABLE, MODEL, readMessage, requestOf, SETTINGS } from './messages.js';

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
 * Cartesia's text to speech, in mu-law, with the times of its words. All texts of a process share one connection, as the
 * service recommends: a text begins without a handshake. One that was open before a text and breaks before its first sound
 * is replaced once.
 */
export class CartesiaTextToSpeech implements TextToSpeech {
  readonly name = 'cartesia';
  readonly voiceSettings = SETTINGS;
  readonly #options: CartesiaOptions;
  readonly #patienceMs: number;
  #connection: CartesiaConnection | null = null;

  constructor(options: CartesiaOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? 5_000;
  }

  async *speak(request: SpeechRequest): AsyncGenerator<SpeechPart, void> {
    const { signal } = request;
    if (signal.aborted) return;
    const failure = this.#failureOf(request);
    const speaking = new Speaking(request, failure, () => this.#connect(failure));
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

/** One text, as a context of a connection. */
class Speaking {
  readonly speech = new SpeechQueue();
  readonly #request: SpeechRequest;
  readonly #failure: Failure;
  readonly #connect: () => CartesiaConnection;
  #connection: CartesiaConnection;
  #id = '';
  #isSecond = false;
  #isAnswered = false;
  #isUnderWay = true;

  constructor(request: SpeechRequest, failure: Failure, connect: () => CartesiaConnection) {
    this.#request = request;
    this.#failure = failure;
    this.#connect = connect;
    this.#connection = this.#begin();
  }

  /** Nobody reads on. The service stops; a connection that gave no answer may be dead, and nobody else should wait for it. */
  end(): void {
    if (this.#isUnderWay && !this.#isAnswered) this.#connection.distrust();
    this.#connection.end(this.#id, this.#isUnderWay);
    this.#isUnderWay = false;
  }

  /** As `end`, for speech that stalled. */
  fail(): void {
    if (this.#isUnderWay) this.#connection.distrust();
    this.end();
  }

  #begin(): CartesiaConnection {
    const connection = this.#connect();
    const couldBeStale = connection.isOpen && !this.#isSecond;
    this.#id = randomUUID();
    const context: Context = {
      id: this.#id,
      onMessage: (message) => this.#read(message),
      onFailure: (error) => {
        if (!couldBeStale || this.#isAnswered) return this.#finish(error);
        this.#isSecond = true;
        this.#connection = this.#begin();
      },
    };
    connection.begin(context, requestOf(this.#id, this.#request));
    return connection;
  }

  #read(message: ContextMessage): void {
    this.#isAnswered = true;
    try {
      readMessage(message, this.speech, this.#failure);
      if (this.speech.isOver) this.#isUnderWay = false;
    } catch (error) {
      // It's this text's alone: the connection goes on for the others.
      if (!isAppError(error)) throw error;
      this.#finish(error);
    }
  }

  #finish(error: AppError): void {
    this.#isUnderWay = false;
    this.speech.end(error);
  }
}
