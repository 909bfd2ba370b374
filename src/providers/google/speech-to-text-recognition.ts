import type { protos, SpeechClient } from '@google-cloud/speech';
import { SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import type { Failure } from '../service.js';
import { heardLanguage } from './language.js';
import type { RecognizeResponse } from './speech-to-text-results.js';

export interface RecognitionOptions {
  readonly client: Promise<SpeechClient>;
  readonly model: string;
  /** BCP 47. */
  readonly language: string;
  /** How long the connection may take. */
  readonly patienceMs: number;
  readonly failure: Failure;
  /** Audio went out. */
  readonly onSent: (bytes: number) => void;
  /** Audio may be written. */
  readonly onOpen: () => void;
  readonly onResponse: (response: RecognizeResponse) => void;
  /** Called once, not after `cancel`; `null`: Google has said all. */
  readonly onEnd: (error: unknown) => void;
}

/** The gRPC client under the library's: it alone knows whether there is a connection. */
interface Stub {
  waitForReady?(deadline: Date, callback: (error?: Error) => void): void;
}

type Call = ReturnType<SpeechClient['_streamingRecognize']>;

/** Google refuses more than 25 KB a message. */
const MAX_MESSAGE_BYTES = 16_000;

/** One streaming call to Google. It takes audio once it's open. */
export class Recognition {
  readonly #options: RecognitionOptions;
  readonly #opening: NodeJS.Timeout;
  #call: Call | null = null;
  #isOver = false;

  constructor(options: RecognitionOptions) {
    this.#options = options;
    const { patienceMs, failure } = options;
    this.#opening = setTimeout(() => {
      this.#end(failure(`opened no connection within ${patienceMs} ms.`, { retryable: true }));
    }, patienceMs);
    this.#open().catch((error: unknown) => this.#end(error));
  }

  get isOpen(): boolean {
    return this.#call !== null && !this.#isOver;
  }

  write(audio: Uint8Array): void {
    this.#options.onSent(audio.length);
    for (let at = 0; at < audio.length; at += MAX_MESSAGE_BYTES) {
      this.#send({ audioContent: audio.subarray(at, at + MAX_MESSAGE_BYTES) });
    }
  }

  /** No more audio: Google tells what it owes, and ends. */
  finish(): void {
    if (this.isOpen) this.#call?.end();
  }

  cancel(): void {
    this.#isOver = true;
    clearTimeout(this.#opening);
    this.#call?.cancel();
  }

  async #open(): Promise<void> {
    const { client: promised, patienceMs, onOpen, onResponse } = this.#options;
    const client = await promised;
    const stub: Stub = await client.initialize();
    await readyWithin(stub, patienceMs);
    if (this.#isOver) return;
    clearTimeout(this.#opening);
    // The library's own helper can't be cancelled, and hides what it sends.
    this.#call = client._streamingRecognize();
    this.#call.on('data', (response: RecognizeResponse) => {
      if (!this.#isOver) onResponse(response);
    });
    // Cancelling is an error, too; it stays heard.
    this.#call.on('error', (error) => this.#end(error));
    this.#call.on('end', () => this.#end(null));
    this.#send({ streamingConfig: this.#config() });
    onOpen();
  }

  #config(): protos.google.cloud.speech.v1.IStreamingRecognitionConfig {
    const { model, language } = this.#options;
    return {
      config: {
        encoding: 'MULAW',
        sampleRateHertz: SAMPLE_RATE_HZ,
        languageCode: heardLanguage(language),
        model,
        enableAutomaticPunctuation: true,
      },
      interimResults: true,
    };
  }

  #send(request: protos.google.cloud.speech.v1.IStreamingRecognizeRequest): void {
    if (this.isOpen) this.#call?.write(request);
  }

  #end(error: unknown): void {
    if (this.#isOver) return;
    this.cancel();
    this.#options.onEnd(error);
  }
}

/** gRPC itself tries for as long as a call may last. After the deadline nobody waits for this any more. */
const readyWithin = (stub: Stub, patienceMs: number): Promise<void> =>
  new Promise((resolve) => {
    if (!stub.waitForReady) return resolve();
    stub.waitForReady(new Date(Date.now() + patienceMs), (error) => {
      if (!error) resolve();
    });
  });
