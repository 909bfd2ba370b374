import type { OpenAI } from 'openai';
import { knownLanguage } from '../language.js';
import type {
  SpeechToText,
  SpeechToTextOptions,
  SpeechToTextStream,
  SpeechToTextTraits,
  Transcript,
} from '../speech-to-text.js';
import { UtteranceBuffer } from '../utterance-buffer.js';
import { isAccepted } from './language-hint.js';
import { RealtimeTranscriptionStream } from './realtime-transcription.js';
import { type TranscriptionRequest, transcribe, type Words } from './transcription.js';

export interface OpenAiSpeechToTextOptions {
  /** Where a stream names none. */
  readonly model: string;
  /** As in `exchange`, for an utterance. */
  readonly patienceMs: number;
}

/**
 * Of OpenAI's realtime transcription; that of whole utterances is about the same: 668 ms (median) and 1,250 ms (95th
 * percentile) for gpt-4o-mini-transcribe, in Sierra's mu-bench of April 2026.
 */
const FINAL_WITHIN_MS = 1660;

/** Models that transcribe while the caller speaks; they have no other endpoint. */
const LIVE = /^gpt-(live|realtime)-/;

/** Before the name of any other model: over the realtime socket as well, with words only after the stop. */
const REALTIME = /^realtime:/;

/** OpenAI's transcription: of whole utterances, as compatible servers have it too, or over the realtime socket. */
export class OpenAiSpeechToText implements SpeechToText {
  readonly name = 'openai';
  readonly #client: OpenAI;
  readonly #options: OpenAiSpeechToTextOptions;

  constructor(client: OpenAI, options: OpenAiSpeechToTextOptions) {
    this.#client = client;
    this.#options = options;
  }

  get defaultModel(): string {
    return this.#options.model;
  }

  traits(model: string | null): SpeechToTextTraits {
    const interims = LIVE.test(nameOf(model ?? this.defaultModel));
    return { finalWithinMs: FINAL_WITHIN_MS, interims, decidesTurns: false };
  }

  open({ model: chosen, signal, ...languages }: SpeechToTextOptions): SpeechToTextStream {
    const model = chosen ?? this.defaultModel;
    const language = knownLanguage(languages, isAccepted);
    const request = { model: nameOf(model), language, signal, patienceMs: this.#options.patienceMs };
    if (!LIVE.test(model) && !REALTIME.test(model)) return new UtteranceStream(this.#client, request);
    const { apiKey, baseURL: baseUrl } = this.#client;
    return new RealtimeTranscriptionStream({ ...request, apiKey: apiKey ?? '', baseUrl });
  }
}

const nameOf = (model: string): string => model.replace(REALTIME, '');

interface Piece {
  /** `null`: nobody spoke. */
  readonly utterance: Uint8Array | null;
  /** The caller stopped; else the utterance only was too long for one request. */
  readonly closes: boolean;
}

/**
 * One request an utterance, one after the other. Every `finalize` is followed by a final, an empty one at once where
 * nobody spoke: so a turn doesn't wait for words that can't come. But when the caller went on and stopped again before
 * the words arrived, the first come as an interim and one final has both: a final for the first would look like the
 * answer to the second stop.
 */
class UtteranceStream implements SpeechToTextStream {
  readonly transcripts: AsyncIterable<Transcript> = this.#transcribe();
  readonly #client: OpenAI;
  readonly #request: TranscriptionRequest;
  readonly #buffer = new UtteranceBuffer();
  readonly #queue: Piece[] = [];
  #wake = (): void => undefined;
  #isOver = false;

  constructor(client: OpenAI, request: TranscriptionRequest) {
    this.#client = client;
    this.#request = request;
  }

  get heardMs(): number {
    return this.#buffer.takenMs;
  }

  write(frame: Uint8Array, voiced: boolean): void {
    if (this.#isOver) return; // nobody would ever take it
    this.#buffer.add(frame, voiced);
    if (this.#buffer.isFull) this.#enqueue(false);
  }

  finalize(): void {
    this.#enqueue(true);
  }

  #enqueue(closes: boolean): void {
    this.#queue.push({ utterance: this.#buffer.take(), closes });
    this.#wake();
  }

  async *#transcribe(): AsyncGenerator<Transcript, void> {
    const { signal } = this.#request;
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake, { once: true });
    try {
      let said = '';
      while (!signal.aborted) {
        const piece = this.#queue.shift();
        if (piece === undefined) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          continue;
        }
        const before = said;
        for await (const { text, complete } of this.#wordsOf(piece)) {
          said = `${before} ${text}`.trim();
          const final = complete && piece.closes && this.#queue.length === 0;
          yield { text: said, final, confidence: null };
          if (final) said = '';
        }
      }
    } finally {
      this.#isOver = true;
      signal.removeEventListener('abort', wake);
    }
  }

  async *#wordsOf({ utterance }: Piece): AsyncGenerator<Words, void> {
    if (utterance === null) yield { text: '', complete: true };
    else yield* transcribe(this.#client, utterance, this.#request);
  }
}
