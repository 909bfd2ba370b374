import { describe, expect, it } from '@jest/globals';
import { AudioBuffer } from './audio-buffer.js';

/** How many payloads it takes until the buffer is full. */
const payloadsUntilFull = (maxDurationMs: number, timestampOf: (n: number) => number): number => {
  const buffer = new AudioBuffer(maxDurationMs);
  let count = 1;
  while (!buffer.add(timestampOf(count))) count++;
  return count;
};

describe('a buffer of audio', () => {
  it('is full after so much of the carrier’s time', () => {
    expect(payloadsUntilFull(2_000, (n) => 5_000 + n * 20)).toBe(100);
    expect(payloadsUntilFull(100, (n) => n * 20)).toBe(5);
  });

  it('counts what was lost on the way, too', () => {
    expect(payloadsUntilFull(2_000, (n) => (n < 10 ? n * 20 : 1_800 + n * 20))).toBe(10);
  });

  it('counts 20 ms a payload where the carrier’s time stands still', () => {
    expect(payloadsUntilFull(2_000, () => 0)).toBe(100);
    expect(payloadsUntilFull(2_000, () => Number.NaN)).toBe(100);
  });

  it('begins anew when it was full', () => {
    const buffer = new AudioBuffer(100);
    const full = Array.from({ length: 15 }, (_, n) => buffer.add(n * 20));
    expect(full.flatMap((is, n) => (is ? [n] : []))).toEqual([4, 9, 14]);
  });
});
