import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FloatByteStream, floatBytes } from './float-bytes.js';

const bytesOf = (...samples: number[]): Uint8Array => new Uint8Array(Float32Array.from(samples).buffer);

describe('floats in bytes', () => {
  it('become samples, limited at full scale', () => {
    const pcm = new FloatByteStream().push(bytesOf(0, 0.5, -0.5, 1, -1, 7, -7, Number.NaN));
    expect([...pcm]).toEqual([0, 16_384, -16_383, 32_767, -32_767, 32_767, -32_767, 0]);
  });

  it('may be cut anywhere, and begin anywhere in their buffer', () => {
    const floats = Array.from({ length: 50 }, (_, n) => Math.sin(n));
    const whole = [...new FloatByteStream().push(bytesOf(...floats))];
    const shifted = Buffer.concat([Buffer.from([1]), bytesOf(...floats)]).subarray(1);
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 20 }), (sizes) => {
        const stream = new FloatByteStream();
        const samples: number[] = [];
        let at = 0;
        for (const size of [...sizes, 1_000]) {
          samples.push(...stream.push(shifted.subarray(at, at + size)));
          at += size;
        }
        expect(samples).toEqual(whole);
      }),
    );
  });

  it('are what the samples were', () => {
    const pcm = Int16Array.of(0, 1, -1, 12_345, -12_345, 32_767);
    expect([...new FloatByteStream().push(floatBytes(pcm))]).toEqual([0, 1, -1, 12_345, -12_345, 32_766]);
  });
});
