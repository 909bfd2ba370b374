import { readMark } from '../../../src/providers/sandbox/watermark.js';
import { WordReader } from '../../../src/providers/sandbox/word-reader.js';

const FRAME_BYTES = 160;

/** The least that can be committed, in bytes of mu-law. */
const SHORTEST_BYTES = 800;

/** So long without a word ends a turn, where turns are detected. */
const TURN_ENDS_AFTER_FRAMES = 25;

/** The input audio buffer. A simulated caller's words are in the audio itself. */
export class CallerAudio {
  readonly #onCommit: (words: string, bytes: number) => void;
  readonly #reader = new WordReader();
  #words: string[] = [];
  #bytes = 0;
  #framesSinceWord = 0;
  #detectsTurns = false;

  constructor(onCommit: (words: string, bytes: number) => void) {
    this.#onCommit = onCommit;
  }

  configure(session: unknown): void {
    const { audio } = session as { audio?: { input?: { turn_detection?: unknown } } };
    this.#detectsTurns = audio?.input?.turn_detection != null;
  }

  append(base64: string): void {
    const audio = new Uint8Array(Buffer.from(base64, 'base64'));
    this.#bytes += audio.length;
    for (let at = 0; at < audio.length; at += FRAME_BYTES) this.#hear(audio.subarray(at, at + FRAME_BYTES));
  }

  clear(): void {
    this.#reader.flush();
    this.#words = [];
    this.#bytes = 0;
  }

  /** Whether there was enough. */
  commit(): boolean {
    if (this.#bytes < SHORTEST_BYTES) return false;
    const last = this.#reader.flush();
    if (last) this.#words.push(last);
    const [words, bytes] = [this.#words.join(' '), this.#bytes];
    this.clear();
    this.#onCommit(words, bytes);
    return true;
  }

  #hear(frame: Uint8Array): void {
    const mark = frame.length === FRAME_BYTES ? readMark(frame) : null;
    const word = this.#reader.read(mark);
    if (word) this.#words.push(word);
    this.#framesSinceWord = mark ? 0 : this.#framesSinceWord + 1;
    const isOver = this.#words.length > 0 && this.#framesSinceWord >= TURN_ENDS_AFTER_FRAMES;
    if (this.#detectsTurns && isOver) this.commit();
  }
}
