/** The level of digital silence: one step of 16 bits is −90 dBFS, and the logarithm of nothing has no end. */
export const SILENCE_DB = -96;

const FULL_SCALE = 32_768;

/** The RMS level in dBFS, where a full-scale square wave is 0 and a full-scale sine −3; never below `SILENCE_DB`. */
export const levelDb = (pcm: Int16Array): number => {
  let energy = 0;
  for (let i = 0; i < pcm.length; i++) energy += (pcm[i] as number) * (pcm[i] as number);
  if (energy === 0) return SILENCE_DB;
  return Math.max(SILENCE_DB, 10 * Math.log10(energy / pcm.length / (FULL_SCALE * FULL_SCALE)));
};
