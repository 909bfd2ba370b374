import { SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { newUtterance, type Utterance } from '../utterances.js';
import { Recognition, type RecognitionOptions } from './speech-to-text-recognition.js';
import type { AudioTape } from './speech-to-text-tape.js';

/** What Google recommends a message: 100 ms. */
const CHUNK_BYTES = SAMPLE_RATE_HZ / 10;

/** The audio up to a stop, as Google hears it: in one call after the other, where one can't last so long. */
export class Stretch {
  /** What isn't final. */
  readonly utterance: Utterance = newUtterance();
  readonly #tape: AudioTape;
  readonly #recognition: Omit<RecognitionOptions, 'onOpen'>;
  /** `null`: it begins with the next audio. */
  #call: Recognition | null = null;
  /** These four are positions on the tape: where the call's audio begins, how far it was sent, how far its words are final. */
  #callFrom: number;
  #sentTo: number;
  #finalTo: number;
  /** Where the caller stopped; `null`: not yet. */
  #endsAt: number | null = null;

  constructor(tape: AudioTape, recognition: Omit<RecognitionOptions, 'onOpen'>) {
    this.#tape = tape;
    this.#recognition = recognition;
    this.#callFrom = tape.end;
    this.#sentTo = tape.end;
    this.#finalTo = tape.end;
  }

  get isStopped(): boolean {
    return this.#endsAt !== null;
  }

  get sentTo(): number {
    return this.#sentTo;
  }

  get finalTo(): number {
    return this.#finalTo;
  }

  /** How much audio the present call has had. */
  get callBytes(): number {
    return this.#sentTo - this.#callFrom;
  }

  /** Sends what is on the tape, and opens a call for it where there is none. */
  pump(): void {
    this.#call ??= new Recognition({ ...this.#recognition, onOpen: () => this.pump() });
    if (!this.#call.isOpen) return;
    const to = this.#endsAt ?? this.#tape.end;
    if (to - this.#sentTo >= CHUNK_BYTES || this.isStopped) {
      this.#call.write(this.#tape.slice(this.#sentTo, to));
      this.#sentTo = to;
    }
    if (this.isStopped) this.#call.finish();
  }

  /** The caller stopped here. */
  stop(): void {
    this.#endsAt = this.#tape.end;
    this.pump();
  }

  /**
   * Notes how far words are final, in bytes of the call's audio; `null`: as far as it was sent. `false`: they were before.
   */
  finalUpTo(endBytes: number | null): boolean {
    const to = endBytes === null ? this.#sentTo : Math.min(this.#callFrom + endBytes, this.#sentTo);
    if (to <= this.#finalTo) return false;
    this.#finalTo = to;
    return true;
  }

  /** The next call's audio begins there. */
  beginAgain(from: number): void {
    this.cancel();
    this.#call = null;
    this.#callFrom = from;
    this.#sentTo = from;
  }

  cancel(): void {
    this.#call?.cancel();
  }
}
