import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { QualityMeter } from './quality-meter.js';

const FRAME = new Uint8Array(160);
const audio = (ms: number) => new Uint8Array(ms * 8);

describe("a media stream's quality", () => {
  let meter: QualityMeter;
  beforeEach(() => {
    meter = new QualityMeter(() => undefined);
  });

  it('of a quiet line with nothing wrong has nothing but frames', () => {
    for (let at = 0; at < 100; at++) meter.received(FRAME, at * 20, 500 + at * 20);
    expect(meter.measured(3_000)).toEqual({
      receivedFrames: 100,
      sentFrames: 0,
      gaps: 0,
      gapMs: 0,
      longestGapMs: 0,
      jitterMs: 0,
      maxJitterMs: 0,
      underruns: 0,
      underrunMs: 0,
      lateMarks: 0,
    });
  });

  it('counts as gaps what the timestamps lack, but for their own jitter', () => {
    const timestamps = [0, 20, 60, 120, 140, 640, 660];
    for (const timestamp of timestamps) meter.received(FRAME, timestamp, timestamp);
    // 20 and 40 ms are jitter; 480 ms are not.
    expect(meter.measured(1_000)).toMatchObject({ gaps: 1, gapMs: 480, longestGapMs: 480 });
  });

  it('tells of the first gap when it comes', () => {
    const gaps: object[] = [];
    const telling = new QualityMeter((gapMs, nowMs) => gaps.push({ gapMs, nowMs }));
    for (const timestamp of [0, 20, 60, 520, 900]) telling.received(FRAME, timestamp, timestamp + 7);
    expect(gaps).toEqual([{ gapMs: 440, nowMs: 527 }]);
  });

  it('takes a clock that was set anew for no more than a line can lack', () => {
    meter.received(FRAME, 0, 0);
    meter.received(FRAME, 1e12, 20);
    expect(meter.measured(1_000)).toMatchObject({ gaps: 1, gapMs: 10_000 });
  });

  it("follows RFC 3550's jitter: a sixteenth of each change, up and down", () => {
    meter.received(FRAME, 0, 0);
    meter.received(FRAME, 20, 36);
    expect(meter.measured(100).jitterMs).toBe(1);
    meter.received(FRAME, 40, 40);
    expect(meter.measured(100).jitterMs).toBe(1.9);
    for (let at = 3; at < 100; at++) meter.received(FRAME, at * 20, at * 20);
    expect(meter.measured(100)).toMatchObject({ jitterMs: 0, maxJitterMs: 1.9 });
  });

  describe('of the agent', () => {
    const say = (ms: number, nowMs: number, mark: string) => {
      meter.sent(audio(ms), nowMs);
      meter.markSent(mark, nowMs);
    };

    it('has an underrun where a reply goes on after the carrier had nothing more to play', () => {
      say(600, 1_000, 'g1:600');
      say(200, 1_750, 'g1:800');
      expect(meter.measured(2_000)).toMatchObject({ sentFrames: 40, underruns: 1, underrunMs: 150 });
    });

    it('has none between two replies, after a cut, after a pause, and where the buffer lasted', () => {
      say(600, 1_000, 'g1:600');
      say(200, 1_600, 'g1:800');
      say(200, 2_500, 'g2:200');
      meter.cleared();
      say(200, 2_900, 'g2:400');
      say(200, 9_000, 'g2:600');
      expect(meter.measured(9_100)).toMatchObject({ underruns: 0, underrunMs: 0 });
    });

    it('has late marks: what came a second late, and what never came', () => {
      say(200, 1_000, 'g1:200');
      say(200, 1_000, 'g1:400');
      say(200, 1_000, 'g1:600');
      meter.markReturned('g1:200', 1_250);
      meter.markReturned('g1:400', 2_500);
      expect(meter.measured(2_500).lateMarks).toBe(1);
      expect(meter.measured(2_700).lateMarks).toBe(2);
    });

    it('takes no mark for late that came back by a cut', () => {
      say(200, 1_000, 'g1:200');
      meter.cleared();
      meter.markReturned('g1:200', 9_000);
      expect(meter.measured(9_000).lateMarks).toBe(0);
    });
  });

  it('is what the ledger takes, whatever comes', () => {
    const packet = fc.tuple(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.nat(2_000), fc.nat(400));
    fc.assert(
      fc.property(fc.array(packet), (packets) => {
        const any = new QualityMeter(() => undefined);
        let nowMs = 0;
        for (const [timestampMs, waitMs, bytes] of packets) {
          nowMs += waitMs / 7;
          any.received(new Uint8Array(bytes), timestampMs, nowMs);
          any.sent(new Uint8Array(bytes), nowMs);
          any.markSent(`g1:${bytes}`, nowMs);
        }
        const { jitterMs, maxJitterMs, ...counts } = any.measured(nowMs);
        expect(maxJitterMs).toBeGreaterThanOrEqual(jitterMs);
        for (const count of Object.values(counts)) {
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        }
      }),
    );
  });
});
