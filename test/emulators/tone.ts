import { encodeMuLaw } from '../../src/audio/mu-law.js';

const TONE_HZ = 440;
export const TONE_AMPLITUDE = 8000;

/** A sine of 440 Hz, 16 bits, mono. */
export const tone = (ms: number, rateHz: number): Int16Array =>
  Int16Array.from({ length: Math.round((ms * rateHz) / 1000) }, (_, n) =>
    Math.round(TONE_AMPLITUDE * Math.sin((2 * Math.PI * TONE_HZ * n) / rateHz)),
  );

/** The same as the telephone has it. */
export const muLawTone = (ms: number): Uint8Array => encodeMuLaw(tone(ms, 8000));
