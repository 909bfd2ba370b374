import { AppError, ErrorCode } from '../domain/errors.js';

/**
 * A Kaiser-windowed sinc at `up` times the source's rate, cut into one short filter per phase. Output sample n lies at
 * n × down / up source samples and is the sum of the `taps` source samples around it.
 */
export interface PolyphaseFilter {
  readonly up: number;
  readonly down: number;
  /** Source samples needed on either side of an output sample. */
  readonly reach: number;
  /** 2 × reach + 1, per phase. */
  readonly taps: number;
  /** `up` rows of `taps` coefficients, earliest source sample first. */
  readonly coefficients: Float64Array;
}

/** The telephone's, those of speech synthesis and those of recordings. An odd rate would need a huge filter. */
const RATES_HZ: readonly number[] = [8000, 16_000, 22_050, 24_000, 44_100, 48_000];

/**
 * 3.7 kHz where the lower rate is 8 kHz. With these three numbers every rate above is within 0.1 dB up to 3 kHz, at
 * −1.7 dB or better at 3.4 kHz, and at −76 dB or below from 4.6 kHz on, at every frequency. (Beta 7 with 63 taps has
 * −76 dB at 4.6 kHz but −71 dB at 4.64.)
 */
const CUTOFF_OF_LOWER_RATE = 0.4625;
const KAISER_BETA = 7.6;
/** At the higher rate: 67 taps, and above 24 kHz as long in time as those at 24 kHz. */
const halfTaps = (higherHz: number): number => Math.max(33, Math.round((33 * higherHz) / 24_000));

const designed = new Map<string, PolyphaseFilter>();

/** The filter from one rate in Hz to another. Throws BAD_USER_INPUT for rates that are not supported. */
export const polyphaseFilter = (fromHz: number, toHz: number): PolyphaseFilter => {
  const key = `${checkedRate(fromHz)}:${checkedRate(toHz)}`;
  const filter = designed.get(key) ?? design(fromHz, toHz); // milliseconds for 22.05 kHz: once a process
  designed.set(key, filter);
  return filter;
};

const design = (fromHz: number, toHz: number): PolyphaseFilter => {
  const divisor = gcd(fromHz, toHz);
  const up = toHz / divisor;
  const down = fromHz / divisor;
  const half = halfTaps(Math.max(fromHz, toHz)) * Math.min(up, down);
  const reach = Math.ceil(half / up);
  const taps = 2 * reach + 1;
  const cutoff = (2 * CUTOFF_OF_LOWER_RATE * Math.min(fromHz, toHz)) / (fromHz * up);
  const coefficients = new Float64Array(up * taps);
  for (let phase = 0; phase < up; phase++) {
    const row = coefficients.subarray(phase * taps, (phase + 1) * taps);
    for (let tap = 0; tap < taps; tap++) row[tap] = windowedSinc(phase + (reach - tap) * up, half, cutoff);
    normalize(row);
  }
  return { up, down, reach, taps, coefficients };
};

const windowedSinc = (offset: number, half: number, cutoff: number): number => {
  if (Math.abs(offset) > half) return 0;
  const angle = Math.PI * cutoff * offset;
  const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
  return sinc * besselI0(KAISER_BETA * Math.sqrt(1 - (offset / half) ** 2));
};

/** Each phase passes a constant unchanged, else the difference between phases would be heard as a tone. */
const normalize = (row: Float64Array): void => {
  const sum = row.reduce((total, coefficient) => total + coefficient, 0);
  for (let tap = 0; tap < row.length; tap++) row[tap] = (row[tap] as number) / sum;
};

/** The modified Bessel function of order 0, by its power series. */
const besselI0 = (x: number): number => {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
};

const checkedRate = (rateHz: number): number => {
  if (RATES_HZ.includes(rateHz)) return rateHz;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `Can't resample audio of ${rateHz} Hz. Use one of ${RATES_HZ.join(', ')} Hz.`,
    { rateHz, supportedHz: RATES_HZ },
  );
};

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
