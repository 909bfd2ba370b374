import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FRAME_BYTES } from './stereo-window.js';
import { StreamRecorder } from './stream-recorder.js';

const STARTED_MS = 700;
const SILENCE = 0xff;

describe('a recording of a media stream', () => {
  let frames: Buffer[];
  let recorder: StreamRecorder;
  beforeEach(() => {
    frames = [];
    recorder = new StreamRecorder({ startedAtMs: STARTED_MS, onFrame: (frame) => void frames.push(frame) });
  });

  /** What is heard on a side, a value a ms, from `fromMs` on the call's clock. */
  const heard = (side: 'caller' | 'agent', fromMs: number, toMs: number): number[] => {
    const all = Buffer.concat(frames);
    return Array.from(
      { length: toMs - fromMs },
      (_, at) => all[(fromMs - STARTED_MS + at) * 16 + (side === 'caller' ? 0 : 1)] as number,
    );
  };
  const only = (value: number, ms: number): number[] => Array(ms).fill(value);
  const audio = (ms: number, value: number) => new Uint8Array(ms * 8).fill(value);

  /** The caller's frames, one each 20 ms; the value tells which. Each comes `delayMs` after it was spoken. */
  const speak = (fromMs: number, toMs: number, delayMs: (at: number) => number = () => 0) => {
    for (let at = fromMs; at < toMs; at += 20) {
      recorder.received(audio(20, at / 20), at - 500, at + 20 + delayMs(at));
    }
  };

  it('has the caller where he spoke, though the line jitters', () => {
    speak(1_000, 3_000, (at) => (at * 7) % 61);
    recorder.end(3_500);
    for (let at = 1_000; at < 3_000; at += 20)
      expect(heard('caller', at, at + 20)).toEqual(only(at / 20, 20));
    expect(heard('agent', 1_000, 3_000)).toEqual(only(SILENCE, 2_000));
  });

  it('has silence where packets are lost, and what comes after them in its place', () => {
    speak(1_000, 2_000);
    speak(2_500, 3_000);
    recorder.end(3_100);
    expect(heard('caller', 2_000, 2_500)).toEqual(only(SILENCE, 500));
    expect(heard('caller', 2_500, 2_520)).toEqual(only(125, 20));
  });

  it('stays right over many single losses', () => {
    for (let at = 1_000; at < 61_000; at += 20) {
      if (at % 200 !== 0) recorder.received(audio(20, (at / 20) % 250), at, at + 20);
    }
    recorder.end(61_000);
    // By no more than what counts as jitter.
    const [last = Number.NaN] = heard('caller', 60_900, 60_901);
    expect(Math.abs(last - ((60_900 / 20) % 250))).toBeLessThanOrEqual(2);
  });

  it('has what the session took a while to take: the first packets came at once', () => {
    for (let at = 800; at < 1_000; at += 20) recorder.received(audio(20, at / 20), at, 1_020);
    speakAs(1_000, 2_500);
    recorder.end(2_600);
    expect(heard('caller', 800, 820)).toEqual(only(40, 20));
    expect(heard('caller', 1_200, 1_220)).toEqual(only(60, 20));
  });
  const speakAs = (fromMs: number, toMs: number) => {
    for (let at = fromMs; at < toMs; at += 20) recorder.received(audio(20, at / 20), at, at + 20);
  };

  it('has the agent as the carrier plays it: one message behind the other', () => {
    for (const value of [1, 2, 3]) recorder.sent(audio(100, value), 1_000);
    recorder.sent(audio(100, 4), 1_500);
    speak(700, 2_000);
    recorder.end(2_000);
    expect(heard('agent', 1_000, 1_300)).toEqual([...only(1, 100), ...only(2, 100), ...only(3, 100)]);
    expect(heard('agent', 1_300, 1_500)).toEqual(only(SILENCE, 200));
    expect(heard('agent', 1_500, 1_600)).toEqual(only(4, 100));
  });

  it('lacks what a cut threw away', () => {
    for (const value of [1, 2, 3]) recorder.sent(audio(100, value), 1_000);
    recorder.cleared(1_150);
    recorder.sent(audio(100, 4), 1_400);
    speak(700, 2_000);
    recorder.end(2_000);
    expect(heard('agent', 1_100, 1_400)).toEqual([...only(2, 50), ...only(SILENCE, 250)]);
    expect(heard('agent', 1_400, 1_500)).toEqual(only(4, 100));
  });

  it('has what the carrier played late where it was played, as its marks tell', () => {
    recorder.sent(audio(200, 1), 1_000);
    recorder.markSent('g1:200', 1_000);
    recorder.sent(audio(200, 2), 1_000);
    recorder.markSent('g1:400', 1_000);
    recorder.markReturned('g1:200', 1_240);
    // The line hung for 800 ms.
    recorder.markReturned('g1:400', 2_240);
    recorder.sent(audio(200, 3), 2_250);
    speak(700, 3_000);
    recorder.end(3_000);
    expect(heard('agent', 1_000, 1_200)).toEqual(only(1, 200));
    expect(heard('agent', 2_000, 2_200)).toEqual(only(2, 200));
    expect(heard('agent', 2_250, 2_450)).toEqual(only(3, 200));
  });

  it('ends with the last that was heard, and hands out whole frames before', () => {
    for (let at = 1_000; at < 10_000; at += 20) recorder.received(audio(20, 5), at, at + 20);
    expect(frames.map(({ length }) => length)).toEqual([FRAME_BYTES]);
    recorder.sent(audio(600, 6), 9_990);
    expect(recorder.end(10_100)).toBe((10_100 - STARTED_MS) * 8);
    expect(Buffer.concat(frames)).toHaveLength((10_100 - STARTED_MS) * 16);
    expect(heard('agent', 9_990, 10_100)).toEqual(only(6, 110));
  });

  it('of nothing is empty', () => {
    expect(recorder.end(9_000)).toBe(0);
    expect(frames).toEqual([]);
  });

  it('is as long as the call whatever comes, and in whole frames', () => {
    const act = fc.oneof(
      fc.record({ type: fc.constant('hear' as const), timestampMs: fc.integer({ min: -1e6, max: 1e6 }) }),
      fc.record({ type: fc.constant('say' as const), ms: fc.nat(30).map((frames) => frames * 20) }),
      fc.record({ type: fc.constantFrom('clear' as const, 'mark' as const, 'echo' as const) }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(act, fc.nat(3_000)), { maxLength: 60 }), (acts) => {
        const lengths: number[] = [];
        const any = new StreamRecorder({
          startedAtMs: 0,
          onFrame: ({ length }) => void lengths.push(length),
        });
        let nowMs = 0;
        for (const [what, waitMs] of acts) {
          nowMs += waitMs / 3;
          if (what.type === 'hear') any.received(audio(20, 1), what.timestampMs, nowMs);
          else if (what.type === 'say') any.sent(audio(what.ms, 2), nowMs);
          else if (what.type === 'clear') any.cleared(nowMs);
          else if (what.type === 'mark') any.markSent('g1:20', nowMs);
          else any.markReturned('g1:20', nowMs);
        }
        const samples = any.end(nowMs);
        expect(lengths.slice(0, -1).every((length) => length === FRAME_BYTES)).toBe(true);
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(samples * 2);
        expect(samples / 8).toBeLessThanOrEqual(Math.ceil(nowMs) + 10_000);
      }),
    );
  });
});
