import { FRAME_BYTES, FRAME_MS, MU_LAW_SILENCE } from '../audio/mu-law.js';

/** So much is with the carrier and not played yet: enough for a jittery line, and little to throw away. */
const LEAD_MS = 600;
const MESSAGE_MS = 100;
/** What was heard is known as finely as this. */
const MARK_EVERY_MS = 200;

/** What goes to the carrier, in order. */
export type Outgoing =
  | { readonly type: 'audio'; readonly bytes: Uint8Array }
  /** The carrier sends the name back once everything before it was played. */
  | { readonly type: 'mark'; readonly name: string };

/** A point of a reply's playout under a generation, as marks carry it. */
export interface PlayoutPoint {
  readonly generation: number;
  /** From the beginning of the reply's audio. */
  readonly ms: number;
}

const MARK = /^g(\d+):(\d+)$/;

/** The point that a mark's name tells; `null`: it isn't one of ours. */
export const parseMark = (name: string): PlayoutPoint | null => {
  const [, generation, ms] = MARK.exec(name) ?? [];
  return generation && ms ? { generation: Number(generation), ms: Number(ms) } : null;
};

interface Playing {
  readonly reply: number;
  readonly generation: number;
  sentMs: number;
  markedMs: number;
  /** When the reply's beginning was or would have been played, by the clock since the buffer was last empty; `null`: nothing is sent. */
  originMs: number | null;
  /** The same by each of the last marks. */
  markOriginsMs: readonly number[];
}

/**
 * A mark that comes late tells either that the carrier is behind, or that the line held up the mark. The next one tells
 * which: until then the earlier of the two counts, or else one late mark would let the carrier's buffer run empty.
 */
const MARKS_COMPARED = 2;

/**
 * The agent's audio on its way to the carrier: it keeps a reply's speech (mu-law, 8 kHz), and hands out as much of it as
 * keeps the carrier `LEAD_MS` ahead. It has no timer and sends nothing itself: `pump` says what to send now, and
 * `nextPumpMs` when to ask again.
 */
export class Playout {
  /** By chunk; the next chunk is played once the one before it is whole. */
  #chunks: ({ frames: Uint8Array[]; rest: Uint8Array; done: boolean } | undefined)[] = [];
  #audioOf = 0;
  #playing: Playing | null = null;

  /** Plays a reply's audio from a point on; what was playing is left where it is. */
  play(reply: number, generation: number, fromMs: number): void {
    if (this.#audioOf !== reply) this.#forget(reply);
    // Whole frames only: a point within one is played from the frame's start.
    const startMs = Math.floor(fromMs / FRAME_MS) * FRAME_MS;
    this.#playing = {
      reply,
      generation,
      sentMs: startMs,
      markedMs: startMs,
      originMs: null,
      markOriginsMs: [],
    };
  }

  /** Stops playing, and keeps the audio: the reply may go on later. */
  clear(): void {
    this.#playing = null;
  }

  /** Forgets the reply's audio. */
  drop(reply: number): void {
    if (this.#audioOf !== reply) return;
    this.#forget(0);
    if (this.#playing?.reply === reply) this.#playing = null;
  }

  /** Adds speech to a chunk; returns the chunk's length so far in whole frames, in ms. Stale speech is ignored. */
  append(reply: number, chunk: number, audio: Uint8Array, done: boolean): number {
    if (this.#audioOf !== reply) return 0;
    this.#chunks[chunk] ??= { frames: [], rest: new Uint8Array(0), done: false };
    const target = this.#chunks[chunk];
    let bytes = target.rest.length === 0 ? audio : Buffer.concat([target.rest, audio]);
    if (done && bytes.length % FRAME_BYTES !== 0) bytes = padded(bytes);
    const whole = bytes.length - (bytes.length % FRAME_BYTES);
    for (let at = 0; at < whole; at += FRAME_BYTES) target.frames.push(bytes.subarray(at, at + FRAME_BYTES));
    target.rest = bytes.subarray(whole);
    target.done = done;
    return target.frames.length * FRAME_MS;
  }

  /** Forgets what was made of a chunk behind this point, and of those after it: they are made again. */
  rewind(reply: number, chunk: number, ms: number): void {
    const target = this.#chunks[chunk];
    if (this.#audioOf !== reply || !target) return;
    const frames = target.frames.slice(0, Math.floor(ms / FRAME_MS));
    this.#chunks = this.#chunks.slice(0, chunk);
    this.#chunks[chunk] = { frames, rest: new Uint8Array(0), done: false };
  }

  /** A mark came back. Only those of the generation that plays tell anything. */
  onMark({ generation, ms }: PlayoutPoint, nowMs: number): void {
    if (this.#playing?.generation !== generation) return;
    const originsMs = [...this.#playing.markOriginsMs, nowMs - ms];
    this.#playing.markOriginsMs = originsMs.slice(-MARKS_COMPARED);
  }

  /** What to send now, and how far the reply is sent after it; `null`: nothing. */
  pump(nowMs: number): { outgoing: readonly Outgoing[]; sent: PlayoutPoint } | null {
    const playing = this.#playing;
    if (!playing) return null;
    const outgoing: Outgoing[] = [];
    if (this.#leadMs(playing, nowMs) === 0) {
      // The carrier has nothing: what comes next is played from now on, and no sooner.
      playing.originMs = nowMs - playing.sentMs;
      playing.markOriginsMs = [];
    }
    while (this.#leadMs(playing, nowMs) < LEAD_MS) {
      const frames = this.#framesFrom(playing.sentMs, MESSAGE_MS);
      if (frames.length === 0) break;
      outgoing.push({ type: 'audio', bytes: Buffer.concat(frames) });
      playing.sentMs += frames.length * FRAME_MS;
      outgoing.push(...this.#markDue(playing));
    }
    // A chunk may turn out to be whole after its last frame is sent.
    outgoing.push(...this.#markDue(playing));
    return outgoing.length === 0
      ? null
      : { outgoing, sent: { generation: playing.generation, ms: playing.sentMs } };
  }

  /** When there will be something to send of what is here already; `null`: not until more speech is made. */
  nextPumpMs(nowMs: number): number | null {
    const playing = this.#playing;
    if (!playing || this.#framesFrom(playing.sentMs, FRAME_MS).length === 0) return null;
    return nowMs + Math.max(0, this.#leadMs(playing, nowMs) - LEAD_MS + MESSAGE_MS);
  }

  /** What the carrier has and hasn't played, by its last marks and the clock since. */
  #leadMs({ sentMs, originMs, markOriginsMs }: Playing, nowMs: number): number {
    if (originMs === null) return 0;
    const beganAtMs = markOriginsMs.length > 0 ? Math.min(...markOriginsMs) : originMs;
    return Math.max(0, sentMs - (nowMs - beganAtMs));
  }

  #framesFrom(fromMs: number, ms: number): readonly Uint8Array[] {
    let startMs = 0;
    for (const chunk of this.#chunks) {
      if (!chunk) return [];
      const at = (fromMs - startMs) / FRAME_MS;
      if (at < chunk.frames.length) return chunk.frames.slice(at, at + ms / FRAME_MS);
      if (!chunk.done) return [];
      startMs += chunk.frames.length * FRAME_MS;
    }
    return [];
  }

  #markDue(playing: Playing): readonly Outgoing[] {
    const { generation, sentMs, markedMs } = playing;
    const isDue = sentMs - markedMs >= MARK_EVERY_MS || (sentMs > markedMs && this.#isChunkEnd(sentMs));
    if (!isDue) return [];
    playing.markedMs = sentMs;
    return [{ type: 'mark', name: `g${generation}:${sentMs}` }];
  }

  #isChunkEnd(ms: number): boolean {
    let endMs = 0;
    for (const chunk of this.#chunks) {
      if (!chunk?.done) return false;
      endMs += chunk.frames.length * FRAME_MS;
      if (endMs === ms) return true;
    }
    return false;
  }

  #forget(next: number): void {
    this.#chunks = [];
    this.#audioOf = next;
  }
}

const padded = (bytes: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(Math.ceil(bytes.length / FRAME_BYTES) * FRAME_BYTES).fill(MU_LAW_SILENCE);
  whole.set(bytes);
  return whole;
};
