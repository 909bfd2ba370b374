import { knownLanguage, languageOf } from '../language.js';
import { failureOf } from '../service.js';
import type {
  SpeechToText,
  SpeechToTextOptions,
  SpeechToTextStream,
  SpeechToTextTraits,
} from '../speech-to-text.js';
import { TranscriptQueue } from '../transcript-queue.js';
import { UtteranceBuffer } from '../utterance-buffer.js';
import { newUtterance, takeTranscripts, type Utterance } from '../utterances.js';
import { isHeard } from './languages.js';
import { type TranscriptionRequest, transcribe } from './transcription.js';

const MODEL = 'indic-conformer';

/** Nobody published one; the server itself gathers requests for 100 ms. */
const FINAL_WITHIN_MS = 1_000;

export interface Ai4BharatSpeechToTextOptions {
  /** `http://stt.internal:8001`. */
  readonly url: string;
  /** How long an utterance may take, in ms. */
  readonly patienceMs?: number | undefined;
}

/** AI4Bharat's Indic Conformer, on a server of one's own: it transcribes whole utterances. */
export class Ai4BharatSpeechToText implements SpeechToText {
  readonly name = 'ai4bharat';
  readonly defaultModel = MODEL;
  readonly #options: Ai4BharatSpeechToTextOptions;

  constructor(options: Ai4BharatSpeechToTextOptions) {
    this.#options = options;
  }

  traits(): SpeechToTextTraits {
    return { finalWithinMs: FINAL_WITHIN_MS, interims: false, decidesTurns: false };
  }

  open({ model, signal, ...languages }: SpeechToTextOptions): SpeechToTextStream {
    const { url, patienceMs = 5_000 } = this.#options;
    const service = { name: this.name, owner: "AI4Bharat's", capability: 'speechToText' } as const;
    const failure = failureOf(service, model ?? MODEL);
    const language = languageOf(knownLanguage(languages, isHeard));
    return new UtteranceStream({ url, language, failure, signal, patienceMs });
  }
}

/** A request an utterance; the transcripts come in the order of the utterances. */
class UtteranceStream implements SpeechToTextStream {
  readonly transcripts: TranscriptQueue;
  readonly #request: TranscriptionRequest;
  readonly #buffer = new UtteranceBuffer();
  readonly #utterances: Utterance[] = [];
  readonly #over = new AbortController();

  constructor(request: TranscriptionRequest) {
    const signal = AbortSignal.any([request.signal, this.#over.signal]);
    this.#request = { ...request, signal };
    this.transcripts = new TranscriptQueue(() => this.#over.abort());
    if (signal.aborted) {
      this.transcripts.end();
    } else {
      const abandon = (): void => this.transcripts.abandon();
      const forget = (): void => request.signal.removeEventListener('abort', abandon);
      request.signal.addEventListener('abort', abandon, { once: true });
      this.#over.signal.addEventListener('abort', forget, { once: true });
    }
  }

  get heardMs(): number {
    return this.#buffer.takenMs;
  }

  write(frame: Uint8Array, voiced: boolean): void {
    if (this.#request.signal.aborted) return;
    this.#buffer.add(frame, voiced);
    if (this.#buffer.isFull) this.#cut(false);
  }

  finalize(): void {
    if (!this.#request.signal.aborted) this.#cut(true);
  }

  #cut(isStop: boolean): void {
    const utterance = { ...newUtterance(), isCut: true, isStop };
    this.#utterances.push(utterance);
    const audio = this.#buffer.take();
    if (audio === null) return this.#complete(utterance, '');
    transcribe(audio, this.#request).then(
      (text) => this.#complete(utterance, text ?? ''),
      (error: Error) => this.#fail(error),
    );
  }

  #complete(utterance: Utterance, text: string): void {
    utterance.text = text;
    utterance.isComplete = true;
    for (const transcript of takeTranscripts(this.#utterances)) this.transcripts.push(transcript);
  }

  /** What else is under way is nobody's any more. */
  #fail(error: Error): void {
    this.transcripts.end(error);
    this.#over.abort();
  }
}
