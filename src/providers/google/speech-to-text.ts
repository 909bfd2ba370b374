import type { SpeechClient } from '@google-cloud/speech';
import { failureOf } from '../service.js';
import type {
  SpeechToText,
  SpeechToTextOptions,
  SpeechToTextStream,
  SpeechToTextTraits,
} from '../speech-to-text.js';
import { SpeechClients } from './speech-to-text-clients.js';
import { GoogleStream } from './speech-to-text-stream.js';

/** Google's model for 8 kHz. */
const MODEL = 'telephony';

/** From the caller's stop: the 99th percentile that is known of it. */
const FINAL_WITHIN_MS = 1_570;

/** A turn is forced 5 s after the caller stopped: a transcript is worth nothing then. */
const PATIENCE_MS = 5_000;

export interface GoogleSpeechToTextOptions {
  /** A client with a connection of its own. The library takes half a second to load: it's called at the first stream. */
  readonly client: () => Promise<SpeechClient>;
  readonly patienceMs?: number | undefined;
}

/** Google Cloud's speech to text (v1), in mu-law. */
export class GoogleSpeechToText implements SpeechToText {
  readonly name = 'google';
  readonly defaultModel = MODEL;
  readonly #clients: SpeechClients;
  readonly #patienceMs: number;

  constructor({ client, patienceMs = PATIENCE_MS }: GoogleSpeechToTextOptions) {
    this.#clients = new SpeechClients(client);
    this.#patienceMs = patienceMs;
  }

  traits(): SpeechToTextTraits {
    return { finalWithinMs: FINAL_WITHIN_MS, interims: true, decidesTurns: false };
  }

  open(options: SpeechToTextOptions): SpeechToTextStream {
    const model = options.model ?? MODEL;
    return new GoogleStream({
      ...options,
      model,
      lease: this.#clients.lease(),
      patienceMs: this.#patienceMs,
      failure: failureOf({ name: 'google', owner: "Google's", capability: 'speechToText' }, model),
    });
  }
}
