import { FRAME_BYTES, msOf } from '../../audio/mu-law.js';

/** 80 ms: a message costs both sides something, and words may not wait for it. */
const CHUNK_BYTES = 4 * FRAME_BYTES;

/** OpenAI refuses to commit less than 100 ms. */
const SHORTEST_BYTES = 5 * FRAME_BYTES;

/** A minute without a stop is sent off as it is. */
const LONGEST_BYTES = 3_000 * FRAME_BYTES;

/** The caller's mu-law on its way into the input buffer of a realtime socket, until OpenAI makes an item of it. */
export class RealtimeAudio {
  readonly #send: (event: Readonly<Record<string, unknown>>) => void;
  #chunk: Uint8Array[] = [];
  #chunkBytes = 0;
  /** What isn't committed yet. */
  #bytes = 0;
  #sentBytes = 0;

  constructor(send: (event: Readonly<Record<string, unknown>>) => void) {
    this.#send = send;
  }

  /** How much went out so far, in ms. */
  get sentMs(): number {
    return msOf(this.#sentBytes);
  }

  /** It's time to commit. */
  get isFull(): boolean {
    return this.#bytes >= LONGEST_BYTES;
  }

  append(frame: Uint8Array): void {
    this.#chunk.push(frame);
    this.#chunkBytes += frame.length;
    this.#bytes += frame.length;
    if (this.#chunkBytes >= CHUNK_BYTES) this.#sendChunk();
  }

  /** Asks for an item; `false`: it's too short for one, and thrown away. */
  commit(): boolean {
    if (this.#bytes < SHORTEST_BYTES) {
      this.clear();
      return false;
    }
    this.#sendChunk();
    this.#send({ type: 'input_audio_buffer.commit' });
    this.#bytes = 0;
    return true;
  }

  /** Throws away what isn't committed. */
  clear(): void {
    if (this.#bytes > 0) this.#send({ type: 'input_audio_buffer.clear' });
    this.#chunk = [];
    this.#chunkBytes = 0;
    this.#bytes = 0;
  }

  #sendChunk(): void {
    if (this.#chunk.length === 0) return;
    const audio = Buffer.concat(this.#chunk).toString('base64');
    this.#sentBytes += this.#chunkBytes;
    this.#chunk = [];
    this.#chunkBytes = 0;
    this.#send({ type: 'input_audio_buffer.append', audio });
  }
}
