import { FRAME_MS } from '../../audio/mu-law.js';
import type { SpeechToText, SpeechToTextStream } from '../speech-to-text.js';
import { TranscriptQueue } from '../transcript-queue.js';
import { delay } from './delay.js';
import { readMark } from './watermark.js';
import { WordReader } from './word-reader.js';

export interface SandboxSpeechToTextOptions {
  /** From `finalize` to the final transcript. */
  readonly finalMs: number;
}

/** What a busy machine adds to the latency. */
const GRACE_MS = 220;

/**
 * Less voice than this, with the 300 ms that voice activity adds to it, is a cough or a door: who doesn't know words must
 * not make an interruption of it.
 */
const MIN_SPEECH_MS = 800;
/** So long after its last mark a word still rings, and voice activity goes on: 300 ms, and what a frame's edge adds. */
const WORDS_TAIL_MS = 340;

/** Understands the simulator's callers, whose words are in their audio, and of everybody else only how long they spoke. */
export const createSandboxSpeechToText = ({ finalMs }: SandboxSpeechToTextOptions): SpeechToText => ({
  name: 'sandbox',
  traits: () => ({ finalWithinMs: finalMs + GRACE_MS, interims: true, decidesTurns: false }),
  open: ({ signal }) => new SandboxStream(finalMs, signal),
});

class SandboxStream implements SpeechToTextStream {
  readonly transcripts = new TranscriptQueue();
  heardMs = 0;
  readonly #finalMs: number;
  readonly #signal: AbortSignal;
  readonly #reader = new WordReader();
  /** These three: since the last final. */
  #words: string[] = [];
  #hasMarks = false;
  #voicedMs = 0;
  #sinceMarkMs = Number.POSITIVE_INFINITY;

  constructor(finalMs: number, signal: AbortSignal) {
    this.#finalMs = finalMs;
    this.#signal = signal;
    const abandon = (): void => this.transcripts.abandon();
    if (signal.aborted) abandon();
    else signal.addEventListener('abort', abandon, { once: true });
  }

  write(frame: Uint8Array, voiced: boolean): void {
    if (this.#signal.aborted) return;
    this.heardMs += FRAME_MS;
    const mark = readMark(frame);
    if (mark !== null) this.#hasMarks = true;
    this.#sinceMarkMs = mark === null ? this.#sinceMarkMs + FRAME_MS : 0;
    if (voiced && this.#sinceMarkMs > WORDS_TAIL_MS) this.#voicedMs += FRAME_MS;
    const word = this.#reader.read(mark);
    if (word === null) return;
    this.#words.push(word);
    this.transcripts.push({ text: this.#words.join(' '), final: false, confidence: null });
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
    this.transcripts.push(
      isSpeech
        ? { text: `[speech ${(this.#voicedMs / 1000).toFixed(1)} s]`, final: true, confidence: 0 }
        : { text, final: true, confidence: text === '' ? null : 1 },
    );
    this.#words = [];
    this.#hasMarks = false;
    this.#voicedMs = 0;
  }
}
