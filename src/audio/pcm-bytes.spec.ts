import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PcmByteStream, pcmFromBytes } from './pcm-bytes.js';

const bytesOf = (samples: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(2 * samples.length);
  for (const [n, sample] of samples.entries()) bytes.writeInt16LE(sample, 2 * n);
  return bytes;
};

const sample = fc.integer({ min: -32_768, max: 32_767 });

describe('PCM bytes', () => {
  it('reads little-endian samples, also from an odd offset', () => {
    const bytes = Uint8Array.of(0x99, 0x01, 0x00, 0xff, 0xff, 0x00, 0x80, 0xff, 0x7f);
    expect([...pcmFromBytes(bytes.subarray(1))]).toEqual([1, -1, -32_768, 32_767]);
  });

  it('leaves half a sample out', () => {
    expect([...pcmFromBytes(Uint8Array.of(1, 0, 7))]).toEqual([1]);
  });

  it('gives the same samples however the stream was cut', () => {
    fc.assert(
      fc.property(fc.array(sample), fc.array(fc.nat(7)), (samples, sizes) => {
        const bytes = bytesOf(samples);
        const stream = new PcmByteStream();
        const received: number[] = [];
        let at = 0;
        for (const size of [...sizes, bytes.length]) {
          received.push(...stream.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(received).toEqual(samples);
      }),
    );
  });

  it('keeps the carried byte when the provider reuses its buffer', () => {
    const buffer = Uint8Array.of(0x34);
    const stream = new PcmByteStream();
    expect(stream.push(buffer)).toHaveLength(0);
    buffer[0] = 0x12;
    expect([...stream.push(buffer)]).toEqual([0x1234]);
  });
});
