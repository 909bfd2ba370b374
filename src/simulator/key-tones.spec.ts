import { describe, expect, it } from '@jest/globals';
import { decodeMuLaw } from '../audio/mu-law.js';
import { keyTone } from './key-tones.js';

const FREQUENCIES_HZ = [697, 770, 852, 941, 1209, 1336, 1477, 1633];

/** Goertzel's algorithm: how much of a frequency is in it. */
const powerAt = (pcm: Int16Array, hz: number): number => {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / 8000);
  let last = 0;
  let beforeLast = 0;
  for (const sample of pcm) {
    const next = sample + coefficient * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  return last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
};

describe("a key's tone", () => {
  it.each([
    ['1', 697, 1209],
    ['5', 770, 1336],
    ['9', 852, 1477],
    ['*', 941, 1209],
    ['0', 941, 1336],
    ['#', 941, 1477],
    ['D', 941, 1633],
  ])('of %s is %d and %d Hz', (digit, rowHz, columnHz) => {
    const pcm = decodeMuLaw(keyTone(digit));
    const strongest = FREQUENCIES_HZ.toSorted((a, b) => powerAt(pcm, b) - powerAt(pcm, a)).slice(0, 2);
    expect(strongest.toSorted((a, b) => a - b)).toEqual([rowHz, columnHz]);
  });
});
