import { FRAME_MS } from '../../audio/mu-law.js';
import type { SpeechToText, SpeechToTextStream, Transcript } from '../speech-to-text.js';
import { delay } from './delay.js';
import { readMark } from './watermark.js';
import { WordReader } from './word-reader.js';

export interface SandboxSpeechToTextOptions {
  /** From `finalize` to the final transcript. */
  readonly finalMs: number;
}

/** What a busy machine adds to the latency. */
const GRACE_MS = 220;

/** Less voice than this is a click: not worth a transcript. */
const MIN_SPEECH_MS = 60;

/** Understands the simulator's callers, whose words are in their audio, and of everybody else only how long they spoke. */
export const createSandboxSpeechToText = ({ finalMs }: SandboxSpeechToTextOptions): SpeechToText => ({
  name: 'sandbox',
  finalWithinMs: finalMs + GRACE_MS,
  interims: true,
  open: ({ signal }) => new SandboxStream(finalMs, signal),
});

class SandboxStream implements SpeechToTextStream {
  readonly transcripts: AsyncIterable<Transcript>;
  readonly #finalMs: number;
  readonly #signal: AbortSignal;
  readonly #reader = new WordReader();
  /** These three: since the last final. */
  #words: string[] = [];
  #hasMarks = false;
  #voicedMs = 0;
  #queue: Transcript[] = [];
  #wake = (): void => undefined;

  constructor(finalMs: number, signal: AbortSignal) {
    this.#finalMs = finalMs;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    this.transcripts = this.#read();
  }

  write(frame: Uint8Array, voiced: boolean): void {
    if (this.#signal.aborted) return;
    if (voiced) this.#voicedMs += FRAME_MS;
    const mark = readMark(frame);
    if (mark !== null) this.#hasMarks = true;
    const word = this.#reader.read(mark);
    if (word === null) return;
    this.#words.push(word);
    this.#emit({ text: this.#words.join(' '), final: false, confidence: null });
  }

  finalize(): void {
    void delay(this.#finalMs, this.#signal).then((passed) => {
      if (passed) this.#emitFinal();
    });
  }

  #emitFinal(): void {
    const unfinished = this.#reader.flush();
    if (unfinished !== null) this.#words.push(unfinished);
    const text = this.#words.join(' ');
    const isSpeech = !this.#hasMarks && this.#voicedMs >= MIN_SPEECH_MS;
    this.#emit(
      isSpeech
        ? { text: `[speech ${(this.#voicedMs / 1000).toFixed(1)} s]`, final: true, confidence: 0 }
        : { text, final: true, confidence: text === '' ? null : 1 },
    );
    this.#words = [];
    this.#hasMarks = false;
    this.#voicedMs = 0;
  }

  /** An interim that nobody read yet is replaced by the next transcript. */
  #emit(transcript: Transcript): void {
    if (this.#queue.at(-1)?.final === false) this.#queue.pop();
    this.#queue.push(transcript);
    this.#wake();
  }

  async *#read(): AsyncGenerator<Transcript, void, undefined> {
    while (!this.#signal.aborted) {
      const transcript = this.#queue.shift();
      if (transcript) yield transcript;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
