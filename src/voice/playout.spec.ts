import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../test/support/runs.js';
import { FRAME_BYTES, FRAME_MS, MU_LAW_SILENCE } from '../audio/mu-law.js';
import { Playout, type PlayoutPoint, parseMark } from './playout.js';

const BYTES_A_MS = FRAME_BYTES / FRAME_MS;
const REPLY = 7;

/** Speech in which every byte tells its place, and none is silence. */
const speech = (ms: number, from = 0): Uint8Array =>
  new Uint8Array(ms * BYTES_A_MS).map((_, at) => (from + at * 7 + Math.floor(at / 251)) % 251);

/** A carrier without delay beside a playout, in steps of 10 ms: it plays what it gets, and echoes marks when reached. */
class Line {
  readonly playout = new Playout();
  readonly received: Uint8Array[] = [];
  readonly marks: PlayoutPoint[] = [];
  readonly #outstanding: { point: PlayoutPoint; atMs: number }[] = [];
  nowMs = 0;
  mostBufferedMs = 0;
  /** How long it had nothing to play since the first audio. */
  dryMs = 0;
  echoesMarks = true;
  #playsUntilMs = 0;

  pump(): void {
    const result = this.playout.pump(this.nowMs);
    for (const item of result?.outgoing ?? []) {
      if (item.type === 'mark') {
        const point = parseMark(item.name) ?? { generation: -1, ms: -1 };
        this.marks.push(point);
        this.#outstanding.push({ point, atMs: this.#playsUntilMs });
      } else {
        this.received.push(item.bytes);
        this.#playsUntilMs = Math.max(this.#playsUntilMs, this.nowMs) + item.bytes.length / BYTES_A_MS;
      }
    }
    this.mostBufferedMs = Math.max(this.mostBufferedMs, this.#playsUntilMs - this.nowMs);
  }

  runUntil(untilMs: number): this {
    while (this.nowMs < untilMs) {
      this.nowMs += 10;
      if (this.received.length > 0 && this.#playsUntilMs < this.nowMs) this.dryMs += 10;
      while (this.#outstanding[0] && this.#outstanding[0].atMs <= this.nowMs) {
        const echoed = this.#outstanding.shift();
        if (echoed && this.echoesMarks) this.playout.onMark(echoed.point, this.nowMs);
      }
      const next = this.playout.nextPumpMs(this.nowMs);
      if (next !== null && next <= this.nowMs) this.pump();
    }
    return this;
  }

  append(chunk: number, audio: Uint8Array, done: boolean): void {
    this.playout.append(REPLY, chunk, audio, done);
    this.pump();
  }

  get audio(): Uint8Array {
    return Buffer.concat(this.received);
  }
}

/** Jest compares large buffers byte by byte, slowly. */
const expectSame = (actual: Uint8Array, expected: Uint8Array): void =>
  expect({ length: actual.length, same: Buffer.compare(actual, expected) === 0 }).toEqual({
    length: expected.length,
    same: true,
  });

const playing = (fromMs = 0): Line => {
  const line = new Line();
  line.playout.play(REPLY, 1, fromMs);
  return line;
};

describe('playout', () => {
  it('keeps the carrier 600 ms ahead, in messages of 100 ms', () => {
    const line = playing();
    line.append(0, speech(3_000), true);
    expect(line.received.map(({ length }) => length)).toEqual(new Array(6).fill(100 * BYTES_A_MS));
    line.runUntil(5_000);
    expectSame(line.audio, speech(3_000));
    expect(line.mostBufferedMs).toBeLessThanOrEqual(700);
    expect(line.dryMs).toBeLessThanOrEqual(2_010); // the last 2 s of the 5 s
  });

  it('plays what is said again behind what stays of a chunk, and nothing of what is forgotten', () => {
    const line = playing();
    line.append(0, speech(1_000), true);
    line.append(1, speech(400, 50), false);
    line.playout.rewind(REPLY, 0, 700);
    line.append(0, speech(300, 100), true);
    line.append(1, speech(200, 150), true);
    line.runUntil(3_000);
    const whole = [speech(1_000).subarray(0, 700 * BYTES_A_MS), speech(300, 100), speech(200, 150)];
    expectSame(line.audio, Buffer.concat(whole));
  });

  it('never lets the carrier run dry while there is speech', () => {
    const line = playing();
    line.append(0, speech(20_000), true);
    line.runUntil(20_000);
    expect(line.dryMs).toBe(0);
  });

  it('marks every 200 ms, the end of each chunk, and the end', () => {
    const line = playing();
    line.append(0, speech(500), true);
    line.append(1, speech(260), true);
    line.runUntil(2_000);
    expect(line.marks).toEqual([200, 400, 500, 700, 760].map((ms) => ({ generation: 1, ms })));
  });

  it('marks the end also where it turns out to be one only after the last frame', () => {
    const line = playing();
    line.append(0, speech(300), false);
    line.runUntil(1_000);
    expect(line.marks.map(({ ms }) => ms)).toEqual([200]);
    line.append(0, new Uint8Array(0), true);
    expect(line.marks.map(({ ms }) => ms)).toEqual([200, 300]);
    line.append(1, new Uint8Array(0), true);
    expect(line.marks.map(({ ms }) => ms)).toEqual([200, 300]);
  });

  it('does not make up for a pause of the synthesis by sending all at once', () => {
    const line = playing();
    line.append(0, speech(500), true);
    line.runUntil(10_000);
    line.append(1, speech(5_000), true);
    line.runUntil(20_000);
    expect(line.mostBufferedMs).toBeLessThanOrEqual(700);
    expect(line.audio).toHaveLength(5_500 * BYTES_A_MS);
  });

  it('goes by the clock where no marks come back', () => {
    const line = playing();
    line.echoesMarks = false;
    line.append(0, speech(8_000), true);
    line.runUntil(8_000);
    expect(line.dryMs).toBe(0);
    expect(line.mostBufferedMs).toBeLessThanOrEqual(700);
  });

  it('waits for the carrier where its marks tell that it is behind the clock', () => {
    const line = playing();
    line.append(0, speech(8_000), true);
    const sentMs = () => line.audio.length / BYTES_A_MS;
    expect(sentMs()).toBe(600);
    // A second later, by its mark, it has played 200 ms only.
    line.playout.onMark({ generation: 1, ms: 200 }, 1_000);
    line.nowMs = 1_000;
    line.pump();
    expect(sentMs()).toBe(800);
  });

  it('goes on by the clock where a single mark comes late', () => {
    const line = playing();
    line.append(0, speech(8_000), true);
    line.runUntil(1_000);
    const sentMs = () => line.audio.length / BYTES_A_MS;
    const [, , late] = line.marks;
    line.echoesMarks = false;
    line.runUntil(1_500);
    // It was due long ago: this much the carrier would seem to have left.
    line.playout.onMark(late ?? { generation: 1, ms: 600 }, 1_500);
    line.runUntil(1_700);
    expect(sentMs()).toBeGreaterThanOrEqual(1_700 + 500);
    expect(line.dryMs).toBe(0);
  });

  it('stops at a clear, and goes on from any point under a new generation', () => {
    const line = playing();
    line.append(0, speech(2_000), true);
    line.playout.clear();
    line.runUntil(1_000);
    expect(line.audio).toHaveLength(600 * BYTES_A_MS);
    line.received.length = 0;
    line.marks.length = 0;
    line.playout.play(REPLY, 2, 315);
    line.pump();
    line.runUntil(4_000);
    // Whole frames: from 300 ms on.
    expectSame(line.audio, speech(2_000).subarray(300 * BYTES_A_MS));
    expect(line.marks.map(({ ms }) => ms)).toEqual([500, 700, 900, 1_100, 1_300, 1_500, 1_700, 1_900, 2_000]);
    expect(line.marks.every(({ generation }) => generation === 2)).toBe(true);
  });

  it('ignores the marks that a carrier echoes because of a clear', () => {
    const line = playing();
    line.append(0, speech(5_000), true);
    line.playout.clear();
    line.playout.play(REPLY, 2, 0);
    line.received.length = 0;
    line.pump();
    for (const ms of [200, 400, 600, 4_000]) line.playout.onMark({ generation: 1, ms }, 0);
    line.pump();
    expect(line.audio).toHaveLength(600 * BYTES_A_MS);
  });

  it('forgets a dropped reply, and what is still made of it', () => {
    const line = playing();
    line.append(0, speech(5_000), true);
    line.playout.drop(REPLY);
    expect(line.playout.append(REPLY, 1, speech(100), true)).toBe(0);
    expect(line.playout.pump(5_000)).toBeNull();
    expect(line.playout.nextPumpMs(5_000)).toBeNull();
    line.playout.play(REPLY + 1, 2, 0);
    line.playout.drop(REPLY);
    expect(line.playout.append(REPLY, 0, speech(100), true)).toBe(0);
    expect(line.playout.append(REPLY + 1, 0, speech(100), true)).toBe(100);
    expect(line.playout.pump(5_000)?.sent).toEqual({ generation: 2, ms: 100 });
  });

  it('fills the last frame with silence, not with noise', () => {
    const line = playing();
    line.append(0, speech(20).subarray(0, 33), true);
    expect(line.audio).toHaveLength(FRAME_BYTES);
    expect([...line.audio.subarray(33)]).toEqual(new Array(FRAME_BYTES - 33).fill(MU_LAW_SILENCE));
  });

  it('takes single bytes, too', () => {
    const line = playing();
    const audio = speech(110);
    for (const at of audio.keys()) line.append(0, audio.subarray(at, at + 1), at === audio.length - 1);
    line.runUntil(1_000);
    expectSame(line.audio.subarray(0, audio.length), audio);
    expect(line.marks.map(({ ms }) => ms)).toEqual([120]);
  });

  it('tells how long a chunk is so far, in whole frames', () => {
    const { playout } = playing();
    expect(playout.append(REPLY, 0, new Uint8Array(FRAME_BYTES + 1), false)).toBe(20);
    expect(playout.append(REPLY, 0, new Uint8Array(FRAME_BYTES - 2), false)).toBe(20);
    expect(playout.append(REPLY, 0, new Uint8Array(0), true)).toBe(40);
  });

  it("reads its own marks' names only", () => {
    expect(parseMark('g12:340')).toEqual({ generation: 12, ms: 340 });
    for (const name of ['', 'g1', 'g1:', 'g1:2x', 'G1:2', ' g1:2', 'g-1:2'])
      expect(parseMark(name)).toBeNull();
  });
});

describe('playout of speech in whatever pieces', () => {
  const chunk = fc.record({
    bytes: fc.oneof(
      fc.integer({ min: 0, max: 12_000 }),
      fc.integer({ min: 0, max: 75 }).map((n) => n * FRAME_BYTES),
    ),
    /** Sizes of its pieces in bytes, again and again; each comes so long after the one before. */
    sizes: fc.array(fc.integer({ min: 97, max: 4_000 }), { minLength: 1, maxLength: 4 }),
    everyMs: fc.integer({ min: 0, max: 40 }).map((ms) => ms * 10),
  });
  const chunks = fc.array(chunk, { minLength: 1, maxLength: 4 });

  interface Piece {
    readonly chunk: number;
    readonly audio: Uint8Array;
    readonly done: boolean;
    readonly everyMs: number;
  }

  const piecesOf = (
    { bytes, sizes, everyMs }: { bytes: number; sizes: number[]; everyMs: number },
    n: number,
  ) => {
    const audio = speech(Math.ceil(bytes / BYTES_A_MS), n * 50).subarray(0, bytes);
    const pieces: Piece[] = [];
    for (let at = 0, k = 0; at < bytes; k++) {
      const size = sizes[k % sizes.length] ?? 1;
      pieces.push({ chunk: n, audio: audio.subarray(at, at + size), done: false, everyMs });
      at += size;
    }
    return [...pieces, { chunk: n, audio: new Uint8Array(0), done: true, everyMs }];
  };

  /** What a listener should hear: each chunk, filled up to whole frames. */
  const wholeOf = (made: readonly { bytes: number }[]): Uint8Array =>
    Buffer.concat(
      made.map(({ bytes }, n) => {
        const whole = new Uint8Array(Math.ceil(bytes / FRAME_BYTES) * FRAME_BYTES).fill(MU_LAW_SILENCE);
        whole.set(speech(Math.ceil(bytes / BYTES_A_MS), n * 50).subarray(0, bytes));
        return whole;
      }),
    );

  const expectInvariants = (line: Line, totalMs: number): void => {
    expect(line.mostBufferedMs).toBeLessThanOrEqual(700);
    for (const { length } of line.received) {
      expect(length % FRAME_BYTES).toBe(0);
      expect(length).toBeLessThanOrEqual(100 * BYTES_A_MS);
    }
    if (totalMs > 0) expect(line.marks.at(-1)?.ms).toBe(totalMs);
  };

  it('is the same audio, never too far ahead, and marked to its end', () => {
    fc.assert(
      fc.property(chunks, (made) => {
        const line = playing();
        for (const { chunk: n, audio, done, everyMs } of made.flatMap(piecesOf)) {
          line.runUntil(line.nowMs + everyMs);
          line.append(n, audio, done);
        }
        const whole = wholeOf(made);
        line.runUntil(line.nowMs + whole.length / BYTES_A_MS + 1_000);
        expectSame(line.audio, whole);
        expectInvariants(line, whole.length / BYTES_A_MS);
      }),
      { numRuns: runs(30) },
    );
  });

  it('is marked at each chunk, and between at least 200 and less than 300 ms apart', () => {
    fc.assert(
      fc.property(chunks, (made) => {
        const line = playing();
        for (const { chunk: n, audio, done } of made.flatMap(piecesOf)) line.append(n, audio, done);
        line.runUntil(wholeOf(made).length / BYTES_A_MS + 1_000);
        let endMs = 0;
        const ends = made.map(({ bytes }) => (endMs += Math.ceil(bytes / FRAME_BYTES) * FRAME_MS));
        const marks = line.marks.map(({ ms }) => ms);
        for (const end of ends.filter((ms) => ms > 0)) expect(marks).toContain(end);
        for (const [at, ms] of marks.entries()) {
          const apartMs = ms - (marks[at - 1] ?? 0);
          expect(apartMs).toBeLessThan(300);
          expect(apartMs >= 200 || (apartMs > 0 && ends.includes(ms))).toBe(true);
        }
      }),
      { numRuns: runs(30) },
    );
  });

  it('is the same audio where chunks are made in any order', () => {
    fc.assert(
      fc.property(chunks, fc.infiniteStream(fc.nat()), (made, choices) => {
        const line = playing();
        const queues = made.map(piecesOf);
        for (const choice of choices) {
          const waiting = queues.filter(({ length }) => length > 0);
          const piece = waiting[choice % Math.max(1, waiting.length)]?.shift();
          if (!piece) break;
          line.runUntil(line.nowMs + 20);
          line.append(piece.chunk, piece.audio, piece.done);
        }
        const whole = wholeOf(made);
        line.runUntil(line.nowMs + whole.length / BYTES_A_MS + 1_000);
        expectSame(line.audio, whole);
        expectInvariants(line, whole.length / BYTES_A_MS);
      }),
      { numRuns: runs(30) },
    );
  });

  it('is exactly the rest where it goes on from a point', () => {
    fc.assert(
      fc.property(chunks, fc.double({ min: 0, max: 1, noNaN: true }), (made, share) => {
        const whole = wholeOf(made);
        const fromMs = Math.round((whole.length / BYTES_A_MS) * share);
        const line = playing();
        for (const { chunk: n, audio, done } of made.flatMap(piecesOf)) line.append(n, audio, done);
        line.playout.clear();
        line.received.length = 0;
        line.playout.play(REPLY, 2, fromMs);
        line.pump();
        line.runUntil(line.nowMs + whole.length / BYTES_A_MS + 1_000);
        const startMs = Math.floor(fromMs / FRAME_MS) * FRAME_MS;
        expectSame(line.audio, whole.subarray(startMs * BYTES_A_MS));
      }),
      { numRuns: runs(30) },
    );
  });
});
