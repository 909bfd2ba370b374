import type { SpeechToTextStream, Transcript } from '../speech-to-text.js';
import { DeepgramConnection, type DeepgramStreamOptions, deepgramFailure } from './connection.js';
import { novaLanguage } from './languages.js';
import { type Results, readResults } from './messages.js';

const PARAMETERS = {
  channels: '1',
  interim_results: 'true',
  // As long as voice activity waits before it calls it a stop.
  endpointing: '300',
  smart_format: 'true',
} as const;

/** Deepgram closes after 10 s without audio, and asks for a sign of life every 3 to 5. */
const KEEP_ALIVE_MS = 4_000;

/** Voice activity says "stop" 300 ms after the last voice: a final that ends no earlier than this before it has all words. */
const SILENT_TAIL_MS = 400;

/** What a `Finalize` brought has them too, however Deepgram counts the last second. */
const FLUSHED_TAIL_MS = 1_000;

/** Deepgram's v1: interims, and finals of stretches that end where Deepgram likes, or where `Finalize` says. */
export class NovaStream implements SpeechToTextStream {
  readonly transcripts: AsyncIterable<Transcript>;
  readonly #connection: DeepgramConnection;
  readonly #failure;
  /** Where the caller stopped, in ms of audio, each waiting for its final. */
  #stopsMs: number[] = [];
  /** How far the finals reach. */
  #finalMs = 0;
  /** What is final for Deepgram, and isn't for us: a stop waits for more. */
  #said = '';
  #confidence: number | null = null;

  constructor(options: DeepgramStreamOptions) {
    this.#failure = deepgramFailure(options.model);
    this.#connection = new DeepgramConnection({
      ...options,
      path: '/v1/listen',
      parameters: { ...PARAMETERS, language: novaLanguage(options.model, options.language) },
      quietMs: KEEP_ALIVE_MS,
      onQuiet: () => this.#connection.command('KeepAlive'),
      onMessage: (message) => {
        const results = readResults(message, this.#failure);
        if (results) this.#hear(results);
      },
    });
    this.transcripts = this.#connection.transcripts;
  }

  get heardMs(): number {
    return this.#connection.sentMs;
  }

  write(frame: Uint8Array): void {
    this.#connection.write(frame);
  }

  finalize(): void {
    this.#connection.flush();
    this.#stopsMs.push(this.#connection.sentMs);
    this.#connection.command('Finalize');
    this.#connection.awaitAnswer();
    // Where Deepgram closed the stretch by itself, nothing more may come.
    if (this.#finalMs > 0) this.#answerStops(SILENT_TAIL_MS);
  }

  #hear({ start, duration, is_final, from_finalize, channel }: Results): void {
    const heard = channel.alternatives[0];
    const text = `${this.#said} ${heard?.transcript ?? ''}`.trim();
    if (!is_final) return this.#pushInterim(text);
    if (text !== this.#said) this.#confidence = lower(this.#confidence, heard?.confidence ?? null);
    this.#said = text;
    this.#finalMs = Math.max(this.#finalMs, (start + duration) * 1000);
    if (this.#stopsMs.length > 0) this.#answerStops(from_finalize ? FLUSHED_TAIL_MS : SILENT_TAIL_MS);
    else if (text !== '') this.#pushFinal();
  }

  /** One final for all stops, once the last has its words. */
  #answerStops(tailMs: number): void {
    this.#stopsMs = this.#stopsMs.filter((stopMs) => stopMs > this.#finalMs + tailMs);
    if (this.#stopsMs.length > 0) return this.#pushInterim(this.#said);
    this.#connection.answered();
    this.#pushFinal();
  }

  #pushInterim(text: string): void {
    if (text !== '') this.#connection.push({ text, final: false, confidence: null });
  }

  #pushFinal(): void {
    this.#connection.push({ text: this.#said, final: true, confidence: this.#confidence });
    this.#said = '';
    this.#confidence = null;
  }
}

/** Words are as sure as the least sure part of them. */
const lower = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
