import { decodeMuLaw, SAMPLE_RATE_HZ } from '../audio/mu-law.js';

/** From a beginning that the caller of the function knows. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export const BYTES_PER_MS = SAMPLE_RATE_HZ / 1000;
/** Fine enough for a time in tens of ms, long enough for a level. */
const WINDOW_BYTES = 5 * BYTES_PER_MS;
/** An RMS of −45 dBFS: speech on the telephone is 20 dB louder, a quiet line and watermarks are softer. */
const VOICED_MEAN_SQUARE = (32_768 * 10 ** (-45 / 20)) ** 2;

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const SQUARES = Float64Array.from(decodeMuLaw(ALL_BYTES), (sample) => sample * sample);

/** Where mu-law audio isn't silent. Spans with less than `joinMs` between them are one. */
export const voicedSpans = (audio: Uint8Array, joinMs: number): readonly Span[] => {
  const spans: { fromMs: number; toMs: number }[] = [];
  for (let at = 0; at < audio.length; at += WINDOW_BYTES) {
    const end = Math.min(at + WINDOW_BYTES, audio.length);
    if (!isVoiced(audio, at, end)) continue;
    const last = spans.at(-1);
    const fromMs = at / BYTES_PER_MS;
    const toMs = end / BYTES_PER_MS;
    if (last && (fromMs === last.toMs || fromMs - last.toMs < joinMs)) last.toMs = toMs;
    else spans.push({ fromMs, toMs });
  }
  return spans;
};

const isVoiced = (audio: Uint8Array, from: number, to: number): boolean => {
  let sum = 0;
  for (let at = from; at < to; at++) sum += SQUARES[audio[at] as number] as number;
  return sum > VOICED_MEAN_SQUARE * (to - from);
};
