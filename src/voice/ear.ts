import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../domain/errors.js';
import type { Languages } from '../providers/language.js';
import { isCircuitOpen } from '../providers/resilience/breaker.js';
import { TookTooLong } from '../providers/resilience/took-too-long.js';
import type { SpeechToText, SpeechToTextStream } from '../providers/speech-to-text.js';
import { confidenceOf } from './odd-numbers.js';
import { RecentAudio } from './recent-audio.js';
import type { Listener, Take } from './turn-taking/input.js';

const OPEN_AGAIN_MIN_MS = 250;
const OPEN_AGAIN_MAX_MS = 4_000;

/**
 * Turn-taking ends the call when all have failed three times in a row; connections that break at once are one such time
 * for so long: an outage of 7 s, with its audio kept, ends no call.
 */
const COUNT_EVERY_MS = 2_500;

/** Words come so much later than they should at the latest; a turn is forced 5 s after the caller stopped. */
const SILENT_FOR_MS = 3_000;
/** Shorter is a cough. */
const WORDS_MS = 600;
/** Once may be noise: a provider that gives not one word twice in a row hangs. */
const UNANSWERED_STOPS = 2;

export interface EarChoice {
  readonly provider: SpeechToText;
  readonly model: string | null;
}

export interface EarOptions extends Languages {
  /** The agent's first choice, and its fallbacks. */
  readonly choices: readonly [EarChoice, ...EarChoice[]];
}

/** The call's speech-to-text: a stream that is opened again when it fails, by the next provider where there is one. */
export class Ear {
  readonly #options: EarOptions;
  readonly #take: Take;
  readonly #signal: AbortSignal;
  readonly #recent = new RecentAudio();
  #stream: SpeechToTextStream | null = null;
  #abort = new AbortController();
  #rank = 0;
  /** How many failed since the last transcript. */
  #failed = 0;
  #countedMs = Number.NEGATIVE_INFINITY;
  #unanswered = 0;
  #answerTimer: NodeJS.Timeout | undefined;
  #waitMs = OPEN_AGAIN_MIN_MS;

  /** `signal` ends it. */
  constructor(options: EarOptions, take: Take, signal: AbortSignal) {
    this.#options = options;
    this.#take = take;
    this.#signal = signal;
    signal.addEventListener('abort', () => clearTimeout(this.#answerTimer), { once: true });
  }

  /** What is written while no stream is open is heard by the next one, as far as it's kept. */
  write(frame: Uint8Array, voiced: boolean): void {
    this.#recent.add(frame, voiced);
    this.#stream?.write(frame, voiced);
  }

  finalize(): void {
    this.#recent.finalize();
    this.#stream?.finalize();
    this.#awaitAnswer();
  }

  async listen(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        await this.#listenOnce();
      } catch (error) {
        if (this.#signal.aborted) return;
        if (this.#onFailure(error)) continue;
      }
      await sleep(this.#waitMs, undefined, { signal: this.#signal }).catch(() => undefined);
      this.#waitMs = Math.min(this.#waitMs * 2, OPEN_AGAIN_MAX_MS);
    }
  }

  get #choice(): EarChoice {
    return this.#options.choices[this.#rank] ?? this.#options.choices[0];
  }

  async #listenOnce(): Promise<void> {
    const { provider, model } = this.#choice;
    const abort = new AbortController();
    this.#abort = abort;
    const signal = AbortSignal.any([abort.signal, this.#signal]);
    try {
      const { language, fallbackLanguage } = this.#options;
      const stream = provider.open({ model, language, fallbackLanguage, signal });
      if (this.#recent.voicedMs > 0) this.#take({ type: 'heard_again', ms: this.#recent.ms });
      this.#recent.replay(stream);
      this.#stream = stream;
      for await (const transcript of stream.transcripts) {
        this.#onAnswer(transcript.final);
        this.#take({ type: 'transcript', ...transcript, confidence: confidenceOf(transcript.confidence) });
      }
    } finally {
      this.#stream = null;
    }
    // A stream that its signal ends doesn't throw.
    if (abort.signal.aborted) throw new Error('deadline');
  }

  #onAnswer(final: boolean): void {
    clearTimeout(this.#answerTimer);
    this.#waitMs = OPEN_AGAIN_MIN_MS;
    this.#failed = 0;
    this.#unanswered = 0;
    if (final) this.#recent.onFinal();
  }

  /** `true`: another provider listens at once. */
  #onFailure(error: unknown): boolean {
    const { choices } = this.#options;
    clearTimeout(this.#answerTimer);
    this.#unanswered = 0;
    this.#failed++;
    const exhausted = this.#failed % choices.length === 0;
    const isCounted = exhausted && this.#isCounted();
    this.#rank = (this.#rank + 1) % choices.length;
    const circuitOpen = isCircuitOpen(error) && { circuitOpen: true };
    const failed = { type: 'speech_to_text_failed', error: messageOf(error), ...circuitOpen } as const;
    if (choices.length > 1) this.#take({ ...failed, next: listenerOf(this.#choice), exhausted: isCounted });
    else if (isCounted) this.#take(failed);
    return !exhausted;
  }

  #isCounted(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#countedMs < COUNT_EVERY_MS) return false;
    this.#countedMs = nowMs;
    return true;
  }

  /** The caller spoke and stopped: some word of it, or that there was none, must come now. */
  #awaitAnswer(): void {
    clearTimeout(this.#answerTimer);
    if (this.#recent.voicedMs < WORDS_MS) return;
    const { finalWithinMs } = listenerOf(this.#choice);
    this.#answerTimer = setTimeout(() => {
      this.#unanswered++;
      if (this.#unanswered >= UNANSWERED_STOPS) this.#abort.abort(new TookTooLong());
    }, finalWithinMs + SILENT_FOR_MS);
    this.#answerTimer.unref();
  }
}

const listenerOf = ({ provider, model }: EarChoice): Listener => ({
  provider: provider.name,
  ...provider.traits(model),
});
