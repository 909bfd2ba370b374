import { randomUUID } from 'node:crypto';
import { msOf } from '../../audio/mu-law.js';
import { type AppError, isAppError } from '../../domain/errors.js';
import type { Failure } from '../service.js';
import { SpeechQueue } from '../speech-queue.js';
import type { SpeechRequest, TimedWord } from '../text-to-speech.js';
import type { CartesiaConnection, Context, ContextMessage } from './connection.js';
import { readMessage, requestsOf, type Told } from './messages.js';
import type { OpenContext, OpenContexts } from './open-contexts.js';

export interface SpeakingOptions {
  readonly failure: Failure;
  readonly contexts: OpenContexts;
  readonly connect: () => CartesiaConnection;
}

/** One text: in a context of its own, or in that of its utterance. */
export class Speaking {
  readonly speech = new SpeechQueue();
  readonly #request: SpeechRequest;
  readonly #options: SpeakingOptions;
  #context: OpenContext;
  #spokenMs = 0;
  /** Where the times of its words begin to count, in its context; `null`: none came yet. */
  #wordsFromMs: number | null = null;
  #isSecond = false;
  #isAnswered = false;
  #isUnderWay = true;
  #isKept = false;

  constructor(request: SpeechRequest, options: SpeakingOptions) {
    this.#request = request;
    this.#options = options;
    this.#context = this.#begin();
  }

  /** Nobody reads on. The service stops; a connection that gave no answer may be dead, and nobody else should wait for it. */
  end(): void {
    if (this.#isKept) return;
    const { id, connection } = this.#context;
    if (this.#isUnderWay && !this.#isAnswered) connection.distrust();
    connection.end(id, this.#isUnderWay);
    this.#isUnderWay = false;
  }

  /** As `end`, for speech that stalled. */
  fail(): void {
    if (this.#isUnderWay) this.#context.connection.distrust();
    this.end();
  }

  #begin(): OpenContext {
    const { utterance } = this.#request;
    const { contexts, connect } = this.#options;
    const open = utterance === undefined || this.#isSecond ? null : contexts.take(utterance);
    const context = open ?? { id: randomUUID(), connection: connect(), texts: 0, spokenMs: 0 };
    const couldBeStale = context.connection.isOpen && !this.#isSecond;
    const reader: Context = {
      id: context.id,
      onMessage: (message) => this.#read(message),
      onFailure: (error) => {
        if (couldBeStale && !this.#isAnswered) this.#beginAgain();
        else this.#finish(error);
      },
    };
    context.connection.begin(reader, requestsOf(context.id, this.#request, utterance !== undefined));
    return context;
  }

  #beginAgain(): void {
    const { id, connection } = this.#context;
    connection.end(id, false);
    this.#isSecond = true;
    this.#context = this.#begin();
  }

  #read(message: ContextMessage): void {
    if (!this.#isUnderWay) return;
    const { texts } = this.#context;
    // What is still to come of the text before it.
    if (texts > 0 && typeof message.flush_id === 'number' && message.flush_id <= texts) return;
    this.#isAnswered = true;
    try {
      this.#take(readMessage(message, this.#options.failure));
    } catch (error) {
      // It's this text's alone: the connection goes on for the others.
      if (!isAppError(error)) throw error;
      if (this.#mayBeForgotten) this.#beginAgain();
      else this.#finish(error);
    }
  }

  /** The context had texts before: the service may have given it up meanwhile. */
  get #mayBeForgotten(): boolean {
    return this.#context.texts > 0 && this.#spokenMs === 0;
  }

  #take(told: Told): void {
    if (told === null) return;
    if ((told === 'done' || told === 'flushed') && this.#mayBeForgotten) this.#beginAgain();
    else if (told === 'done') this.#finish(null);
    else if (told === 'flushed') this.#keep();
    else if ('words' in told) this.#tellWords(told.words);
    else {
      this.#spokenMs += msOf(told.audio.length);
      this.speech.push(told.audio);
    }
  }

  /** Whether the times of a context's later texts begin anew isn't documented: those that begin before its middle do. */
  #tellWords(words: readonly TimedWord[]): void {
    const [first] = words;
    if (!first) return;
    const { spokenMs } = this.#context;
    this.#wordsFromMs ??= first.startMs < spokenMs / 2 ? 0 : spokenMs;
    const fromMs = this.#wordsFromMs;
    const inText = (ms: number) => Math.max(0, Math.round(ms - fromMs));
    this.speech.push({
      words: words.map(({ text, startMs, endMs }) => ({
        text,
        startMs: inText(startMs),
        endMs: inText(endMs),
      })),
    });
  }

  /** The text is spoken, and its context is there for the next one. */
  #keep(): void {
    const { utterance } = this.#request;
    // The service flushes a context of one text on its own account, too.
    if (utterance === undefined) return;
    const { texts, spokenMs, ...context } = this.#context;
    this.#isKept = true;
    this.#options.contexts.keep(utterance, {
      ...context,
      texts: texts + 1,
      spokenMs: spokenMs + this.#spokenMs,
    });
    this.#finish(null);
  }

  #finish(error: AppError | null): void {
    this.#isUnderWay = false;
    this.speech.end(error);
  }
}
