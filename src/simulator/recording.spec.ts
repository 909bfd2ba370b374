import { describe, expect, it } from '@jest/globals';
import { encodeMuLaw } from '../audio/mu-law.js';
import { readWav } from '../audio/wav.js';
import { Recording } from './recording.js';

const loud = (ms: number): Uint8Array => encodeMuLaw(new Int16Array(ms * 8).fill(8031));

/** Where a channel isn't silent, in ms. */
const spansOf = (samples: Int16Array, channel: 0 | 1) => {
  const spans: [number, number][] = [];
  for (let n = channel; n < samples.length; n += 2) {
    const ms = (n - channel) / 16;
    if (samples[n] === 0) continue;
    const last = spans.at(-1);
    if (last?.[1] === ms) last[1] = ms + 0.125;
    else spans.push([ms, ms + 0.125]);
  }
  return spans;
};

describe('a recording', () => {
  it('has the caller left and the agent right, each at its time', () => {
    const recording = new Recording();
    recording.addCaller(100, loud(20));
    recording.addCaller(120, loud(20));
    recording.addAgent(30.5, loud(40));
    recording.addAgent(500, loud(10));
    const { channels, sampleRateHz, samples } = readWav(recording.toWav());
    expect([channels, sampleRateHz, samples.length / 16]).toEqual([2, 8000, 510]);
    expect(spansOf(samples, 0)).toEqual([[100, 140]]);
    expect(spansOf(samples, 1)).toEqual([
      [30.5, 70.5],
      [500, 510],
    ]);
  });

  it('is empty where nobody said anything', () => {
    expect(readWav(new Recording().toWav()).samples).toHaveLength(0);
  });
});
