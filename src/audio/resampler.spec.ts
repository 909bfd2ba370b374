import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ErrorCode } from '../domain/errors.js';
import { Resampler } from './resampler.js';

interface Rates {
  fromHz: number;
  toHz: number;
}

const AMPLITUDE = 30_000;

const tone = (hz: number, rateHz: number, samples: number): Int16Array =>
  Int16Array.from({ length: samples }, (_, n) =>
    Math.round(AMPLITUDE * Math.sin((2 * Math.PI * hz * n) / rateHz)),
  );

/** The output for a stream that is cut after so many samples each, and its rest as one more chunk. */
const resampled = (pcm: Int16Array, rates: Rates, chunkSizes: readonly number[] = []): Int16Array => {
  const resampler = new Resampler(rates);
  const outputs: Int16Array[] = [];
  let at = 0;
  for (const size of chunkSizes) {
    outputs.push(resampler.push(pcm.subarray(at, at + size)));
    at += size;
  }
  return joined([...outputs, resampler.push(pcm.subarray(at)), resampler.flush()]);
};

const joined = (parts: readonly Int16Array[]): Int16Array => {
  const whole = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** 100 ms of the steady middle of what a tone becomes: whole periods of every multiple of 10 Hz. */
const steady = (hz: number, rates: Rates): Int16Array => {
  const output = resampled(tone(hz, rates.fromHz, 0.2 * rates.fromHz), rates);
  return output.subarray(0.05 * rates.toHz, 0.15 * rates.toHz);
};

const inDb = (amplitude: number): number => 20 * Math.log10(amplitude / AMPLITUDE);

/** All that comes out, relative to the tone that went in. */
const outputDb = (hz: number, rates: Rates): number => {
  const pcm = steady(hz, rates);
  return inDb(Math.sqrt((2 * pcm.reduce((sum, sample) => sum + sample * sample, 0)) / pcm.length));
};

/** What comes out at one frequency: a Fourier coefficient, exact since the periods are whole. */
const outputAtDb = (outputHz: number, hz: number, rates: Rates): number => {
  const pcm = steady(hz, rates);
  let real = 0;
  let imaginary = 0;
  for (const [n, sample] of pcm.entries()) {
    const angle = (2 * Math.PI * outputHz * n) / rates.toHz;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
  }
  return inDb((2 * Math.hypot(real, imaginary)) / pcm.length);
};

const sweep = (fromHz: number, belowHz: number, stepHz: number): number[] =>
  Array.from({ length: Math.ceil((belowHz - fromHz) / stepHz) }, (_, n) => fromHz + n * stepHz);

const DOWN: Rates[] = [
  { fromHz: 16_000, toHz: 8000 },
  { fromHz: 24_000, toHz: 8000 },
  { fromHz: 22_050, toHz: 8000 },
  { fromHz: 44_100, toHz: 8000 },
];
const UP: Rates[] = [
  { fromHz: 8000, toHz: 16_000 },
  { fromHz: 8000, toHz: 24_000 },
];
const EQUAL: Rates = { fromHz: 8000, toHz: 8000 };

describe.each(DOWN)('the resampler from $fromHz to $toHz Hz', (rates) => {
  it('keeps speech: 300 Hz to 3 kHz within 0.3 dB', () => {
    const loss = sweep(300, 3001, 300).map((hz) => Math.abs(outputDb(hz, rates)));
    expect(Math.max(...loss)).toBeLessThan(0.3);
  });

  it('lets nothing from 4.6 kHz on alias: at most -76 dB', () => {
    // The first side lobes, which are the highest, lie between the steps of a coarse sweep.
    const aliases = [...sweep(4600, 5200, 40), ...sweep(5200, rates.fromHz / 2, 400)];
    expect(Math.max(...aliases.map((hz) => outputDb(hz, rates)))).toBeLessThanOrEqual(-76);
  });
});

describe.each(UP)('the resampler from $fromHz to $toHz Hz', (rates) => {
  it('keeps speech: 300 Hz to 3 kHz within 0.3 dB', () => {
    const loss = sweep(300, 3001, 300).map((hz) => Math.abs(outputDb(hz, rates)));
    expect(Math.max(...loss)).toBeLessThan(0.3);
  });

  it('adds no mirror images: at most -76 dB', () => {
    const tones = [...sweep(400, 3200, 400), ...sweep(3200, 3401, 40)];
    const images = tones.map((hz) => outputAtDb(8000 - hz, hz, rates));
    expect(Math.max(...images)).toBeLessThanOrEqual(-76);
  });
});

describe.each([...DOWN, ...UP, EQUAL])('a stream from $fromHz to $toHz Hz', (rates) => {
  const noise = Int16Array.from(
    { length: 2000 },
    (_, n) => ((n * 7919 + ((n * n) % 6007) * 31) % 65_536) - 32_768,
  );

  const whole = resampled(noise, rates);

  /** Jest compares long arrays slowly; what matters is the first difference. */
  const differsAt = (chunkSizes: readonly number[]): number => {
    const output = resampled(noise, rates, chunkSizes);
    return output.length === whole.length
      ? output.findIndex((sample, n) => sample !== whole[n])
      : output.length;
  };

  it.each([1, 160, 1000])('gives the same output in chunks of %i', (size) => {
    expect(differsAt(new Array<number>(Math.ceil(noise.length / size)).fill(size))).toBe(-1);
  });

  it('gives the same output however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 8 }), (sizes) => {
        expect(differsAt(sizes)).toBe(-1);
      }),
    );
  });

  it.each([0, 1, 2, 159, 160, 1999])('lasts as long as its %i samples of input once flushed', (samples) => {
    const output = resampled(noise.subarray(0, samples), rates);
    expect(output).toHaveLength(Math.ceil((samples * rates.toHz) / rates.fromHz));
  });

  it('keeps a constant constant and is aligned in time with its input', () => {
    const step = Int16Array.from({ length: rates.fromHz / 5 }, (_, n) =>
      n < rates.fromHz / 10 ? -1000 : 1000,
    );
    const output = resampled(step, rates);
    const edge = rates.toHz / 10;
    const marginSamples = rates.toHz / 200;
    expect(new Set(output.subarray(marginSamples, edge - marginSamples))).toEqual(new Set([-1000]));
    expect(new Set(output.subarray(edge + marginSamples, 2 * edge - marginSamples))).toEqual(new Set([1000]));
    const crossing = output.findIndex((sample) => sample >= 0);
    expect(Math.abs(crossing - edge)).toBeLessThanOrEqual(1);
  });

  it('begins anew after a flush', () => {
    const resampler = new Resampler(rates);
    const once = joined([resampler.push(noise), resampler.flush()]);
    expect(joined([resampler.push(noise), resampler.flush()])).toEqual(once);
  });

  it('gives memory of its own', () => {
    const chunk = noise.slice();
    const output = new Resampler(rates).push(chunk);
    const before = output.slice();
    chunk.fill(0);
    expect(output).toEqual(before);
  });

  it('limits the overshoot of loud edges and never wraps around', () => {
    const halfPeriod = rates.fromHz / 50;
    const square = Int16Array.from({ length: 20 * halfPeriod }, (_, n) =>
      n % (2 * halfPeriod) < halfPeriod ? 32_767 : -32_768,
    );
    const output = resampled(square, rates);
    expect(Math.max(...output)).toBe(32_767);
    expect(Math.min(...output)).toBe(-32_768);
    const signChanges = output.filter((sample, n) => n > 0 && sample < 0 !== (output[n - 1] ?? 0) < 0);
    expect(signChanges).toHaveLength(19);
  });
});

describe('the rates of a resampler', () => {
  it.each([
    { fromHz: 7999, toHz: 8000 },
    { fromHz: 8000, toHz: Number.NaN },
    { fromHz: 44_101, toHz: 8000 },
  ])('reject %j and name those that are supported', (rates) => {
    expect(() => new Resampler(rates)).toThrow(
      expect.objectContaining({
        code: ErrorCode.BAD_USER_INPUT,
        message: expect.stringMatching(/(7999|NaN|44101) Hz.*8000, 16000, 22050, 24000, 44100, 48000 Hz/),
      }),
    );
  });
});
