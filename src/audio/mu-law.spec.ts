import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeMuLaw, encodeMuLaw, FRAME_BYTES, MU_LAW_SILENCE } from './mu-law.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const allSamples = Int16Array.from({ length: 65_536 }, (_, n) => n - 32_768);

describe('mu-law', () => {
  it('decodes each byte as every known implementation does', () => {
    const table = Buffer.alloc(512);
    for (const [byte, sample] of decodeMuLaw(allBytes).entries()) table.writeInt16LE(sample, 2 * byte);
    expect(sha256(table)).toBe('3dab54339e520bb2c924826e3b72a917a2b612e9fd12fc867500f1d983a75827');
  });

  it.each([
    [0x00, -32_124],
    [0x01, -31_100],
    [0x70, -120],
    [0x7e, -8],
    [0x7f, 0],
    [0x80, 32_124],
    [0x81, 31_100],
    [0xf0, 120],
    [0xfe, 8],
    [0xff, 0],
  ])('decodes byte %i to %i', (byte, sample) => {
    expect([...decodeMuLaw(Uint8Array.of(byte))]).toEqual([sample]);
  });

  it("encodes each of the 65,536 samples as Sun's g711.c does", () => {
    expect(sha256(encodeMuLaw(allSamples))).toBe(
      '5ee7cf5f273f842d2234121e4cb0c98d6b20a99ac29026f94e05b36955b195be',
    );
  });

  it.each([
    [0, 0xff],
    [1, 0xff],
    [-1, 0x7f],
    [3, 0xff],
    [4, 0xfe],
    [-4, 0x7e],
    [8, 0xfe],
    [100, 0xf2],
    [-100, 0x72],
    [1000, 0xce],
    [-1000, 0x4e],
    [8031, 0xa0],
    [8158, 0x9f],
    [16_000, 0x90],
    [32_635, 0x80],
    [32_767, 0x80],
    [-32_768, 0x00],
  ])('encodes sample %i to byte %i', (sample, byte) => {
    expect([...encodeMuLaw(Int16Array.of(sample))]).toEqual([byte]);
  });

  it('gives each byte back after a round trip, and silence for negative zero', () => {
    const expected = allBytes.map((byte) => (byte === 0x7f ? MU_LAW_SILENCE : byte));
    expect(encodeMuLaw(decodeMuLaw(allBytes))).toEqual(expected);
  });

  it('errs by 644 at most, where loud samples are clipped', () => {
    const decoded = decodeMuLaw(encodeMuLaw(allSamples));
    expect(Math.max(...[0, 65_535].map((n) => Math.abs((decoded[n] ?? 0) - (allSamples[n] ?? 0))))).toBe(644);
    expect(allSamples.every((sample, n) => Math.abs((decoded[n] ?? 0) - sample) <= 644)).toBe(true);
  });

  it('takes silence to be 0xff', () => {
    expect(decodeMuLaw(new Uint8Array(FRAME_BYTES).fill(MU_LAW_SILENCE))).toEqual(new Int16Array(160));
    expect(encodeMuLaw(new Int16Array(FRAME_BYTES))).toEqual(new Uint8Array(160).fill(0xff));
  });
});
