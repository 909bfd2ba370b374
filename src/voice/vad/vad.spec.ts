import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { initialVad, stepVad, type VadFrame } from './vad.js';
import type { VoiceEdge } from './voice-run.js';

/** A stretch of equal frames. */
interface Stretch {
  ms: number;
  db: number | null;
  voiced?: boolean;
  playing?: boolean;
}

const framesOf = (stretches: readonly Stretch[]): VadFrame[] => {
  const frames: VadFrame[] = [];
  for (const { ms, db, voiced = false, playing = false } of stretches) {
    for (let n = 0; n < ms / 20; n++) frames.push({ voiced, db, playing, atMs: 20 * (frames.length + 1) });
  }
  return frames;
};

/** Each edge, and when it was seen. */
const edgesOf = (frames: readonly VadFrame[]): (VoiceEdge & { seenAtMs: number })[] => {
  let state = initialVad;
  const edges: (VoiceEdge & { seenAtMs: number })[] = [];
  for (const frame of frames) {
    const step = stepVad(state, frame);
    state = step.state;
    if (step.edge !== null) edges.push({ ...step.edge, seenAtMs: frame.atMs });
  }
  return edges;
};

const heard = (...stretches: Stretch[]) => edgesOf(framesOf(stretches));

const line = (ms: number, db = -60): Stretch => ({ ms, db });
const voice = (ms: number, db = -25): Stretch => ({ ms, db, voiced: true });

describe('voice activity', () => {
  it('begins with six voiced frames, at the start of the first, and ends 300 ms after the last', () => {
    expect(heard(line(1000), voice(400), line(1000))).toEqual([
      { on: true, atMs: 1000, seenAtMs: 1120 },
      { on: false, atMs: 1400, seenAtMs: 1700 },
    ]);
  });

  it.each([
    ['six of eight', '11011011', 1],
    ['six of eight, at the end', '00111111', 1],
    ['five in a row', '0011111000', 0],
    ['five of eight, again and again', '11001011'.repeat(5), 0],
    ['six of nine', '101101101', 0],
  ])('needs six of eight frames: %s', (_, pattern, onsets) => {
    const speech = [...pattern].map((bit) => (bit === '1' ? voice(20) : line(20)));
    expect(heard(line(1000), ...speech, line(1000)).filter((edge) => edge.on)).toHaveLength(onsets);
  });

  it('tells a pause within it after 80 ms, and that it goes on', () => {
    const frames = framesOf([
      line(1000),
      voice(400),
      line(60),
      voice(200),
      line(160),
      voice(100),
      line(1000),
    ]);
    let state = initialVad;
    const pauses = frames.flatMap((frame) => {
      const { pause, ...step } = stepVad(state, frame);
      state = step.state;
      return pause ? [{ ...pause, seenAtMs: frame.atMs }] : [];
    });
    expect(pauses).toEqual([
      { paused: true, atMs: 1660, seenAtMs: 1740 },
      { paused: false, atMs: 1820, seenAtMs: 1840 },
      { paused: true, atMs: 1920, seenAtMs: 2000 },
    ]);
  });

  it('dates the onset at the start of its run, also where the run has holes', () => {
    const [onset] = heard(line(1000), voice(20), line(20), voice(60), line(20), voice(40));
    expect(onset).toEqual({ on: true, atMs: 1000, seenAtMs: 1160 });
  });

  it('is not started by a click, a knock or a single short word of noise', () => {
    expect(
      heard(line(1000), voice(20, -5), line(500), voice(60, -5), line(500), voice(100, -5), line(500)),
    ).toEqual([]);
  });

  it('lasts through pauses below 300 ms and through lost frames', () => {
    const paused = heard(line(1000), voice(400), line(280), voice(400), line(400));
    expect(paused.map((edge) => edge.atMs)).toEqual([1000, 2080]);
    const frames = framesOf([line(1000), voice(800)]).filter(({ atMs }) => atMs <= 1200 || atMs > 1400);
    expect(edgesOf(frames)).toEqual([{ on: true, atMs: 1000, seenAtMs: 1120 }]);
  });

  it('ends with the first frame after a gap of 300 ms, and starts from nothing then', () => {
    const frames = framesOf([line(1000), voice(200), line(2000), voice(80), line(500)]).filter(
      ({ atMs }) => atMs <= 1200 || atMs > 3180,
    );
    expect(edgesOf(frames)).toEqual([
      { on: true, atMs: 1000, seenAtMs: 1120 },
      { on: false, atMs: 1200, seenAtMs: 3200 },
    ]);
  });
});

describe('the noise gate', () => {
  it.each([
    ['9 dB above the noise is not enough', -51, 0],
    ['a little more is', -50.9, 1],
  ])('%s', (_, db, onsets) => {
    expect(heard(line(1000, -60), voice(1000, db)).filter((edge) => edge.on)).toHaveLength(onsets);
  });

  it('takes the quietest frame of the last 5 s for the noise', () => {
    const noisy = [line(20, -60), line(4900, -40)];
    expect(heard(...noisy, voice(120, -45))).toHaveLength(1);
    expect(heard(...noisy, line(1200, -40), voice(500, -45))).toEqual([]);
  });

  it('gives up steady noise or a tone that begins in mid-call within 6 s, and hears a voice above it', () => {
    const hum = voice(10_000, -40);
    const edges = heard(line(1000, -60), hum);
    expect(edges.map((edge) => edge.on)).toEqual([true, false]);
    expect(edges[1]?.atMs).toBeGreaterThanOrEqual(5980);
    expect(edges[1]?.atMs).toBeLessThanOrEqual(7000);
    expect(heard(line(1000, -60), hum, voice(200, -25))).toHaveLength(3);
  });

  it('hears nothing in noise that was there from the start, though all of it sounds like voice', () => {
    expect(heard(voice(20_000, -20))).toEqual([]);
  });

  it('hears a caller who speaks through more than 5 s, since speech has quiet frames', () => {
    const syllables = Array.from({ length: 40 }, () => [voice(160, -20), voice(40, -45)]).flat();
    expect(heard(line(500), ...syllables, line(500)).map((edge) => edge.atMs)).toEqual([500, 8460]);
  });

  it('hears a caller who speaks from the first frame on, once a syllable is louder than the first', () => {
    const edges = heard(voice(40, -35), voice(300, -18), line(500));
    expect(edges).toEqual([
      { on: true, atMs: 40, seenAtMs: 160 },
      { on: false, atMs: 340, seenAtMs: 640 },
    ]);
  });

  it('learns little from digital silence: neither what was filled in nor what came before the audio makes noise a voice', () => {
    const silence = line(1000, -96);
    const filledIn: Stretch = { ms: 1000, db: null };
    const lostPackets = line(180, -96);
    expect(heard(silence, voice(2000, -46), silence, voice(2000, -46))).toEqual([]);
    expect(heard(line(1000, -30), filledIn, voice(2000, -30))).toEqual([]);
    expect(heard(line(1000, -30), lostPackets, voice(2000, -30), lostPackets, voice(2000, -30))).toEqual([]);
  });

  it('hears a soft voice on a line that is digitally silent in its pauses, whenever it spoke before', () => {
    for (let pauseMs = 1000; pauseMs <= 7000; pauseMs += 100) {
      const edges = heard(
        line(2000, -96),
        voice(900, -36),
        line(pauseMs, -96),
        voice(600, -36),
        line(400, -96),
      );
      expect([pauseMs, ...edges.map((edge) => edge.atMs)]).toEqual([
        pauseMs,
        2000,
        2900,
        2900 + pauseMs,
        3500 + pauseMs,
      ]);
    }
  });

  it('hears a steady voice at once on a line that is digitally silent in its pauses', () => {
    const pause = line(7000, -96);
    const edges = heard(pause, voice(600, -18), pause, voice(600, -20), line(400, -96));
    expect(edges.map((edge) => edge.atMs)).toEqual([7000, 7600, 14_600, 15_200]);
  });
});

describe('the echo gate', () => {
  const whilePlaying = (...stretches: Stretch[]): Stretch[] =>
    stretches.map((each) => ({ ...each, playing: true }));
  /** The agent's own words come back, softer, for 4 s. */
  const echo = (db: number): Stretch[] =>
    whilePlaying(...Array.from({ length: 16 }, () => [voice(200, db), line(50)]).flat());

  it('is not started by the agent, from its first word on', () => {
    expect(heard(line(500), ...echo(-35), line(1000), ...echo(-35), ...echo(-31))).toEqual([]);
  });

  it.each([
    ['6 dB above the echo is not enough', -29, 0],
    ['a little more is', -28.9, 1],
  ])('lets the caller interrupt: %s', (_, db, onsets) => {
    const barge = whilePlaying(voice(400, db));
    expect(heard(line(500), ...echo(-35), ...barge).filter((edge) => edge.on)).toHaveLength(onsets);
  });

  it('learns for 3 s: an echo that comes late or grows in that time is no voice either', () => {
    expect(heard(line(500), ...whilePlaying(line(2500)), ...echo(-35))).toEqual([]);
  });

  it('does not forget the echo while the caller interrupts, however long', () => {
    const syllables = whilePlaying(...Array.from({ length: 30 }, () => [voice(200, -22), line(50)]).flat());
    const edges = heard(line(500), ...echo(-35), ...syllables, ...echo(-35));
    expect(edges.map((edge) => edge.on)).toEqual([true, false]);
  });

  it('does not take a caller for echo who was speaking when the agent began', () => {
    const edges = heard(line(500), voice(500), ...whilePlaying(voice(1000)), line(400));
    expect(edges.map((edge) => edge.atMs)).toEqual([500, 2000]);
  });

  it('does not take for echo what was said before the agent played', () => {
    const edges = heard(line(100), voice(200), line(300), ...whilePlaying(line(3100), voice(300)));
    expect(edges.map((edge) => edge.on)).toEqual([true, false, true]);
  });

  it('is open where the line has no echo', () => {
    const agent = whilePlaying(line(4000));
    expect(heard(line(500), ...agent, ...whilePlaying(voice(300, -45)))).toMatchObject([
      { on: true, atMs: 4500 },
    ]);
  });

  it('is open while the agent is silent', () => {
    expect(heard(line(500), ...echo(-35), voice(300, -40))).toHaveLength(1);
  });

  it('does not measure clicks, which nobody takes for voice', () => {
    const clicks = whilePlaying(line(3000), line(20, -5), line(500));
    expect(heard(line(500), ...clicks, ...whilePlaying(voice(300, -25)))).toHaveLength(1);
  });

  it('forgets a caller who talked over the greeting: the next interruption is heard', () => {
    const hello = whilePlaying(line(500), voice(600, -20), line(2000));
    const nextReply = whilePlaying(line(4000));
    expect(heard(line(500), ...hello, ...nextReply, ...whilePlaying(voice(300, -20)))).toHaveLength(1);
  });
});

describe('any call', () => {
  const stretch = fc.record({
    frames: fc.integer({ min: 1, max: 40 }),
    gapMs: fc.constantFrom(0, 0, 0, 7, 20, 280, 1000),
    voiced: fc.boolean(),
    playing: fc.constantFrom(false, false, false, true),
    db: fc.oneof(fc.constantFrom(-60, -25), fc.double({ min: -96, max: 0, noNaN: true })),
  });

  const callOf = (
    stretches: readonly (typeof stretch extends fc.Arbitrary<infer T> ? T : never)[],
  ): VadFrame[] => {
    const frames: VadFrame[] = [];
    let atMs = 0;
    for (const { frames: count, gapMs, voiced, playing, db } of stretches) {
      atMs += gapMs;
      for (let n = 0; n < count; n++) {
        atMs += 20;
        frames.push({ voiced, playing, db, atMs });
      }
    }
    return frames;
  };

  it('has edges that alternate, begin with an onset, never go back in time and are never in the future', () => {
    let onsets = 0;
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 20, maxLength: 60 }), (stretches) => {
        const edges = edgesOf(callOf(stretches));
        let previousMs = 0;
        for (const [n, edge] of edges.entries()) {
          expect(edge.on).toBe(n % 2 === 0);
          expect(edge.atMs).toBeGreaterThanOrEqual(previousMs);
          expect(edge.atMs).toBeLessThan(edge.seenAtMs);
          if (edge.on) onsets++;
          else expect(edge.atMs - previousMs).toBeGreaterThanOrEqual(120);
          previousMs = edge.atMs;
        }
        return true;
      }),
      { numRuns: 300 },
    );
    expect(onsets).toBeGreaterThan(500); // else the property said nothing
  });

  it('gives the same step for the same state: nothing is changed in place', () => {
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 20 }), (stretches) => {
        let state = initialVad;
        for (const frame of callOf(stretches)) {
          const before = structuredClone(state);
          const step = stepVad(state, frame);
          expect(state).toEqual(before);
          state = step.state;
        }
        expect(initialVad.caller.recent).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});
