import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import type { Input } from '../turn-taking/input.js';
import type { ToldSettings } from '../turn-taking/state.js';
import { parseTrace, TRACE_FORMAT, type Trace } from './trace.js';

/** So much is packed at a time: gzip finds most of what repeats within it. */
const CHUNK_BYTES = 32 * 1024;
/** Unpacked. An hour of talk is about 3 MB. */
const MAX_BYTES = 16 * 1024 * 1024;

const pack = promisify(gzip);

/** What a recorder has at the end. */
export interface Recording {
  /** Gzip of JSON lines: format and settings; the inputs in order; how many they are, and whether there were more. */
  readonly packed: Buffer;
  readonly inputs: number;
  /** There were more than it takes. */
  readonly cut: boolean;
}

/**
 * Keeps what comes into a conversation, within a limit and packed as it grows: 200 calls have one each. It keeps bytes, not
 * objects: those would grow old on the heap, and a full garbage collection is as long as a frame.
 */
export class TraceRecorder {
  readonly #maxBytes: number;
  readonly #packed: Promise<Buffer>[] = [];
  #chunk = Buffer.alloc(0);
  #used = 0;
  #bytes = 0;
  #inputs = 0;
  #cut = false;

  constructor(settings: ToldSettings, maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
    this.#write({ format: TRACE_FORMAT, settings });
  }

  /** `atMs`: as the reducer was told. `commandId`: by which its events were recorded; `null`: none were. */
  add(atMs: number, input: Input, commandId: string | null): void {
    if (this.#cut) return;
    if (this.#bytes >= this.#maxBytes) {
      this.#cut = true;
      return;
    }
    this.#inputs++;
    this.#write(commandId === null ? [atMs, input] : [atMs, input, commandId]);
  }

  /** Once: nothing may be added after it. */
  async end(): Promise<Recording> {
    this.#write({ inputs: this.#inputs, cut: this.#cut });
    this.#pack();
    const packed = Buffer.concat(await Promise.all(this.#packed));
    return { packed, inputs: this.#inputs, cut: this.#cut };
  }

  #write(value: unknown): void {
    const line = `${JSON.stringify(value)}\n`;
    // UTF-8 has 3 bytes at most for each of a string's units.
    const mostBytes = line.length * 3;
    if (this.#used + mostBytes > this.#chunk.length) {
      this.#pack();
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, mostBytes));
    }
    const written = this.#chunk.write(line, this.#used);
    this.#used += written;
    this.#bytes += written;
  }

  #pack(): void {
    if (this.#used === 0) return;
    const packing = pack(this.#chunk.subarray(0, this.#used));
    // It's waited for at the end; until then nobody else would hear of it.
    packing.catch(() => undefined);
    this.#packed.push(packing);
    this.#chunk = Buffer.alloc(0);
    this.#used = 0;
  }
}

/** The trace of a recording. Throws `BAD_USER_INPUT` for what is none. */
export const unpackTrace = (packed: Uint8Array): Trace => {
  const [first, ...rest] = gunzipSync(packed)
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  const last = rest.pop();
  return parseTrace({ ...Object(first), inputs: rest, cut: Object(last).cut });
};
