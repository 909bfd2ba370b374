import { encodeMuLaw, SAMPLE_RATE_HZ } from '../audio/mu-law.js';

const ROWS_HZ = [697, 770, 852, 941] as const;
const COLUMNS_HZ = [1209, 1336, 1477, 1633] as const;
const KEYPAD = ['123A', '456B', '789C', '*0#D'];

/** Longer than the shortest that exchanges must take (40 ms, ITU-T Q.24), as a thumb is. */
const TONE_MS = 160;
/** Each of the two tones: about the level of speech. */
const AMPLITUDE = 4_000;

/** The sound of a key (ITU-T Q.23), in mu-law. */
export const keyTone = (digit: string): Uint8Array => {
  const row = KEYPAD.findIndex((keys) => keys.includes(digit));
  const rowHz = ROWS_HZ[row] ?? 0;
  const columnHz = COLUMNS_HZ[KEYPAD[row]?.indexOf(digit) ?? 0] ?? 0;
  const pcm = new Int16Array((TONE_MS * SAMPLE_RATE_HZ) / 1000);
  for (let n = 0; n < pcm.length; n++) {
    const phase = (2 * Math.PI * n) / SAMPLE_RATE_HZ;
    pcm[n] = Math.round(AMPLITUDE * (Math.sin(rowHz * phase) + Math.sin(columnHz * phase)));
  }
  return encodeMuLaw(pcm);
};
