import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../domain/errors.js';
import type { SpeechToText, SpeechToTextStream } from '../providers/speech-to-text.js';
import type { Take } from './turn-taking/input.js';

const OPEN_AGAIN_MIN_MS = 250;
const OPEN_AGAIN_MAX_MS = 4_000;

export interface EarOptions {
  readonly provider: SpeechToText;
  readonly model: string | null;
  readonly language: string;
}

/** The call's speech-to-text: a stream that is opened again when it fails. */
export class Ear {
  readonly #options: EarOptions;
  readonly #take: Take;
  readonly #signal: AbortSignal;
  #stream: SpeechToTextStream | null = null;

  /** `signal` ends it. */
  constructor(options: EarOptions, take: Take, signal: AbortSignal) {
    this.#options = options;
    this.#take = take;
    this.#signal = signal;
  }

  /** What is written while no stream is open is lost: the turn then ends by its safety net. */
  write(frame: Uint8Array, voiced: boolean): void {
    this.#stream?.write(frame, voiced);
  }

  finalize(): void {
    this.#stream?.finalize();
  }

  async listen(): Promise<void> {
    let waitMs = OPEN_AGAIN_MIN_MS;
    while (!this.#signal.aborted) {
      try {
        const { provider, model, language } = this.#options;
        this.#stream = provider.open({ model, language, signal: this.#signal });
        for await (const transcript of this.#stream.transcripts) {
          waitMs = OPEN_AGAIN_MIN_MS;
          this.#take({ type: 'transcript', ...transcript });
        }
      } catch (error) {
        this.#take({ type: 'speech_to_text_failed', error: messageOf(error) });
      }
      this.#stream = null;
      await sleep(waitMs, undefined, { signal: this.#signal }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, OPEN_AGAIN_MAX_MS);
    }
  }
}
