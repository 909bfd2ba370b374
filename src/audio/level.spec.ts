import { describe, expect, it } from '@jest/globals';
import { levelDb } from './level.js';

const sine = (amplitude: number): Int16Array =>
  Int16Array.from({ length: 160 }, (_, n) => Math.round(amplitude * Math.sin((2 * Math.PI * n) / 16)));

describe('levelDb', () => {
  it.each([
    ['a full-scale square wave', new Int16Array(160).fill(-32_768), 0],
    ['a full-scale sine', sine(32_767), -3.01],
    ['a sine of a tenth', sine(3276.7), -23.01],
    ['the smallest step', new Int16Array(160).fill(1), -90.31],
    ['silence', new Int16Array(160), -96],
    ['nothing', new Int16Array(0), -96],
    ['one small step among much silence', Int16Array.from({ length: 160 }, (_, n) => (n === 0 ? 1 : 0)), -96],
  ])('measures %s', (_, pcm, db) => {
    expect(levelDb(pcm)).toBeCloseTo(db, 2);
  });
});
