import { msOf, SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { Patience } from '../patience.js';
import type { Failure } from '../service.js';
import type { SpeechToTextStream } from '../speech-to-text.js';
import { TranscriptQueue } from '../transcript-queue.js';
import { newUtterance, owesWords, takeTranscripts, type Utterance } from '../utterances.js';
import type { LeasedClient } from './speech-to-text-clients.js';
import { recognitionFailure, remedyFor } from './speech-to-text-failure.js';
import { type FinalWords, type RecognizeResponse, readResults } from './speech-to-text-results.js';
import { Stretch } from './speech-to-text-stretch.js';
import { AudioTape } from './speech-to-text-tape.js';

export interface GoogleStreamOptions {
  readonly lease: LeasedClient;
  readonly model: string;
  /** BCP 47. */
  readonly language: string;
  readonly signal: AbortSignal;
  /** How long Google may take to connect, and may be silent while it owes words. */
  readonly patienceMs: number;
  readonly failure: Failure;
}

/** Google closes a stream at 305 s: from here on the next final or pause is a good moment to begin another. */
const ROLL_OVER_BYTES = 280 * SAMPLE_RATE_HZ;
/** And here is the last moment. */
const ROLL_OVER_AT_LAST_BYTES = 300 * SAMPLE_RATE_HZ;

/** What a new call is told again at most. Where somebody talks for longer without a pause, a word is cut in two. */
const LONGEST_REPLAY_BYTES = 60 * SAMPLE_RATE_HZ;
/** The same where Google hasn't guessed a word: one may be on its way. */
const SILENCE_REPLAY_BYTES = 10 * SAMPLE_RATE_HZ;

/** So often in a row, without a word between, a call may break. */
const MAX_FAILURES = 2;

/**
 * Google's streaming recognition. It has no way to ask for a final but to end the stream, and so each stop ends one, and
 * the caller's next audio begins another.
 */
export class GoogleStream implements SpeechToTextStream {
  readonly transcripts: TranscriptQueue;
  readonly #options: GoogleStreamOptions;
  readonly #patience: Patience;
  readonly #tape = new AudioTape();
  /** In the order in which they were spoken: those that Google still works at, and the caller's present one. */
  #stretches: Stretch[] = [];
  readonly #utterances: Utterance[] = [];
  #failures = 0;
  /** Audio that was sent again counts again: Google bills it. */
  #sentBytes = 0;
  #isOver = false;
  readonly #abort = (): void => {
    this.transcripts.abandon();
    this.#end(null);
  };

  constructor(options: GoogleStreamOptions) {
    this.#options = options;
    this.transcripts = new TranscriptQueue(this.#abort);
    const { patienceMs, signal, failure } = options;
    this.#patience = new Patience(patienceMs, () =>
      this.#end(failure(`sent nothing for ${patienceMs} ms.`, { retryable: true })),
    );
    if (signal.aborted) this.#abort();
    else signal.addEventListener('abort', this.#abort, { once: true });
  }

  get heardMs(): number {
    return msOf(this.#sentBytes);
  }

  write(frame: Uint8Array, voiced: boolean): void {
    if (this.#isOver) return;
    const live = this.#live ?? this.#beginStretch();
    this.#tape.write(frame);
    const isLast = live.callBytes >= ROLL_OVER_AT_LAST_BYTES;
    if (isLast && this.#canReplay(live)) this.#beginAgain(live);
    else if (isLast || (live.callBytes >= ROLL_OVER_BYTES && !voiced)) this.#cut(live, false);
    live.pump();
    this.#trimTape();
  }

  finalize(): void {
    if (this.#isOver) return;
    const live = this.#live;
    if (live) return this.#cut(live, true);
    this.#utterances.push({ ...newUtterance(), isCut: true, isStop: true, isComplete: true });
    this.#tell();
  }

  /** Google tells what it owes of what was said so far. */
  #cut(live: Stretch, isStop: boolean): void {
    Object.assign(live.utterance, { isCut: true, isStop });
    this.#patience.begin();
    live.stop();
    this.#tell();
  }

  /** What the caller says now. */
  get #live(): Stretch | undefined {
    const last = this.#stretches.at(-1);
    return last?.isStopped === false ? last : undefined;
  }

  #beginStretch(): Stretch {
    const { lease, model, language, patienceMs, failure } = this.#options;
    const stretch: Stretch = new Stretch(this.#tape, {
      client: lease.client,
      model,
      language,
      patienceMs,
      failure,
      onSent: (bytes) => {
        this.#sentBytes += bytes;
      },
      onResponse: (response) => this.#hear(stretch, response),
      onEnd: (error) => this.#onCallEnd(stretch, error),
    });
    this.#stretches.push(stretch);
    this.#utterances.push(stretch.utterance);
    return stretch;
  }

  #hear(stretch: Stretch, response: RecognizeResponse): void {
    this.#failures = 0;
    this.#patience.renew();
    if (!response.results?.length) return;
    const { finals, guess } = readResults(response);
    for (const words of finals) this.#keep(stretch, words);
    stretch.utterance.text = guess;
    this.#tell();
    const isOld = stretch.callBytes >= ROLL_OVER_BYTES && !stretch.isStopped;
    if (!isOld || finals.length === 0) return;
    this.#beginAgain(stretch);
    stretch.pump();
  }

  /** Words that are certain: those that end where others ended before were told twice. */
  #keep(stretch: Stretch, { text, confidence, endBytes }: FinalWords): void {
    if (!stretch.finalUpTo(endBytes) || text === '') return;
    const at = this.#utterances.indexOf(stretch.utterance);
    const said = { text, confidence, isCut: true, isStop: true, isComplete: true };
    this.#utterances.splice(at, 0, said);
  }

  #onCallEnd(stretch: Stretch, error: unknown): void {
    if (error === null && stretch.isStopped) {
      // What Google didn't make final to the end was said all the same.
      stretch.utterance.isComplete = true;
      this.#stretches = this.#stretches.filter((other) => other !== stretch);
      return this.#tell();
    }
    const remedy = error === null ? 'retry' : remedyFor(error);
    if (remedy === 'fail' || ++this.#failures > MAX_FAILURES) {
      const { failure, patienceMs } = this.#options;
      const unasked = () => failure('ended its answer unasked.', { retryable: true });
      return this.#end(error === null ? unasked() : recognitionFailure(failure, error, patienceMs));
    }
    this.#beginAgain(stretch);
    if (remedy === 'retry' || stretch.isStopped) stretch.pump();
  }

  /** Whether all that isn't final is still on the tape; what Google guessed no word of doesn't matter. */
  #canReplay({ finalTo, utterance }: Stretch): boolean {
    return finalTo >= this.#tape.start || utterance.text === '';
  }

  /** Another call hears what isn't final, from its beginning; where that is gone, Google's guess must do. */
  #beginAgain(stretch: Stretch): void {
    if (this.#canReplay(stretch)) {
      return stretch.beginAgain(Math.max(stretch.finalTo, this.#tape.start));
    }
    this.#keep(stretch, { text: stretch.utterance.text, confidence: null, endBytes: null });
    stretch.utterance.text = '';
    stretch.beginAgain(stretch.finalTo);
  }

  #trimTape(): void {
    const needed = this.#stretches.map(({ sentTo, finalTo, utterance }) => {
      const replayBytes = utterance.text === '' ? SILENCE_REPLAY_BYTES : LONGEST_REPLAY_BYTES;
      return Math.min(sentTo, Math.max(finalTo, this.#tape.end - replayBytes));
    });
    this.#tape.forgetBefore(Math.min(...needed));
  }

  #tell(): void {
    for (const transcript of takeTranscripts(this.#utterances)) this.transcripts.push(transcript);
    if (!owesWords(this.#utterances)) this.#patience.end();
  }

  #end(error: Error | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#patience.end();
    const { signal, lease } = this.#options;
    signal.removeEventListener('abort', this.#abort);
    for (const stretch of this.#stretches) stretch.cancel();
    lease.release();
    this.transcripts.end(error);
  }
}
