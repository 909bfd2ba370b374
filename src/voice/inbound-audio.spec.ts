import { describe, expect, it } from '@jest/globals';
import { encodeMuLaw, FRAME_BYTES, MU_LAW_SILENCE } from '../audio/mu-law.js';
import { type Frame, InboundAudio } from './inbound-audio.js';

/** A frame of a level, which the detector below takes for voice where it's loud. */
const frameOf = (amplitude: number): Uint8Array =>
  encodeMuLaw(Int16Array.from({ length: FRAME_BYTES }, (_, n) => (n % 8 < 4 ? amplitude : -amplitude)));
const SOFT = frameOf(30);
const LOUD = frameOf(6_000);
const LOUDER = frameOf(20_000);

const detector = { detect: (pcm: Int16Array) => Math.abs(pcm[0] ?? 0) > 1_000, free: () => undefined };

/** Audio as a line brings it: 20 ms a payload, on time. */
class Line {
  readonly audio = new InboundAudio(detector);
  nowMs = 0;

  play(bytes: Uint8Array, ms: number, playing = false): Frame[] {
    const frames: Frame[] = [];
    for (let at = 0; at < ms; at += 20) {
      this.nowMs += 20;
      frames.push(...this.audio.take(bytes, this.nowMs, this.nowMs, playing));
    }
    return frames;
  }
}

const edgesOf = (frames: readonly Frame[]) => frames.flatMap(({ edge }) => (edge ? [edge.on] : []));
const untoldOf = (frames: readonly Frame[]) => frames.filter(({ untold }) => untold).length;

describe("the caller's audio", () => {
  it('is filled up with silence where the carrier’s time says that some is missing', () => {
    const line = new Line();
    line.play(SOFT, 200);
    expect(line.audio.take(SOFT, 240 + 20, 260, false)).toHaveLength(1);
    const filled = line.audio.take(SOFT, 280 + 100, 380, false);
    expect(filled.map(({ bytes }) => bytes[0])).toEqual([...new Array(5).fill(MU_LAW_SILENCE), SOFT[0]]);
  });

  it('is filled up with ten seconds at most', () => {
    const line = new Line();
    line.play(SOFT, 200);
    expect(line.audio.take(SOFT, 3_600_000, 3_600_000, false)).toHaveLength(10_000 / 20 + 1);
  });

  it('is not filled up for a payload that comes after a later one', () => {
    const line = new Line();
    line.play(SOFT, 200);
    const payloads = [260, 220, 240, 280, 300].flatMap((timestampMs) =>
      line.audio.take(SOFT, timestampMs, 300, false),
    );
    expect(payloads).toHaveLength(5);
  });

  it('is filled up where a payload was cut, and what follows it stays in its frames', () => {
    const line = new Line();
    line.play(SOFT, 200);
    expect(line.audio.take(LOUD.subarray(0, 100), 220, 220, false)).toEqual([]);
    const [cut, next, ...others] = line.audio.take(SOFT, 240, 240, false);
    expect([...(cut?.bytes ?? [])]).toEqual([...LOUD.subarray(0, 100), ...Array(60).fill(MU_LAW_SILENCE)]);
    expect([...(next?.bytes ?? [])]).toEqual([...SOFT]);
    expect(others).toEqual([]);
  });

  it('has the frames of payloads of any size', () => {
    const { audio } = new Line();
    const frames = [new Uint8Array(100), new Uint8Array(300), new Uint8Array(80)].map(
      (payload) => audio.take(payload, 0, 0, false).length,
    );
    expect(frames).toEqual([0, 2, 1]);
  });
});

describe('a caller who talks in the first seconds of the agent', () => {
  const talked = () => {
    const line = new Line();
    line.play(SOFT, 1_000);
    const during = line.play(LOUD, 1_000, true);
    return { line, during, after: line.play(SOFT, 1_000, true) };
  };

  it('is heard by the speech-to-text, though it may be an echo', () => {
    const { during } = talked();
    expect(during.filter(({ voiced }) => voiced)).toHaveLength(50);
  });

  it('stops without an edge of voice activity: that is told once', () => {
    const { line, during, after } = talked();
    expect(edgesOf([...during, ...after])).toEqual([]);
    expect(untoldOf(during)).toBe(0);
    expect(untoldOf(after)).toBe(1);
    expect(untoldOf(line.play(SOFT, 1_000))).toBe(0);
  });

  it('is told by the edges of voice activity alone, where these come', () => {
    const line = new Line();
    line.play(SOFT, 1_000);
    const frames = [...line.play(LOUD, 1_000), ...line.play(SOFT, 1_000)];
    expect(edgesOf(frames)).toEqual([true, false]);
    expect(untoldOf(frames)).toBe(0);
  });

  it('is told by the edges where an echo goes before', () => {
    const line = new Line();
    line.play(SOFT, 1_000);
    line.play(LOUD, 3_100, true);
    const frames = [
      ...line.play(LOUDER, 500, true),
      ...line.play(LOUD, 500, true),
      ...line.play(SOFT, 1_000, true),
    ];
    expect(edgesOf(frames)).toEqual([true, false]);
    expect(untoldOf(frames)).toBe(0);
  });
});
