import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeMuLaw, FRAME_BYTES, MU_LAW_SILENCE } from '../../audio/mu-law.js';
import { ErrorCode } from '../../domain/errors.js';
import { synthesize } from './voice.js';
import { framesNeeded, markWord, readMark } from './watermark.js';

const framesOf = (audio: Uint8Array): Uint8Array[] =>
  Array.from({ length: audio.length / FRAME_BYTES }, (_, n) =>
    audio.subarray(n * FRAME_BYTES, (n + 1) * FRAME_BYTES),
  );

const noise = (frames: number, seed: number): Uint8Array => {
  const bytes = new Uint8Array(frames * FRAME_BYTES);
  let state = seed + 1;
  for (let n = 0; n < bytes.length; n++) {
    state ^= state << 13; // Marsaglia's xorshift
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[n] = state >>> 24;
  }
  return bytes;
};

/** What the frames say, without repetitions. */
const partsIn = (audio: Uint8Array): string[] => {
  const said = framesOf(audio).map((frame) => {
    const mark = readMark(frame);
    return mark && `${mark.sequence} ${mark.text}${mark.goesOn ? '…' : ''}`;
  });
  return said.flatMap((part, n) => (part === null || part === said[n - 1] ? [] : [part]));
};

const word = fc.oneof(
  fc.constantFrom(
    'ja',
    'Öffnungszeiten,',
    'Straßenbahn',
    'नमस्ते',
    'हूँ।',
    '👨‍👩‍👧‍👦',
    '\u{feff}',
    '"Hi!"',
    '東京',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
);

describe('the watermark', () => {
  it('gives every word back, from each of its frames', () => {
    fc.assert(
      fc.property(word, fc.nat(7), fc.nat(20), fc.nat(), (text, sequence, spare, seed) => {
        const audio = noise(framesNeeded(text) + spare, seed);
        const { frames, nextSequence } = markWord(audio, text, sequence);
        const marks = framesOf(frames).map(readMark);
        const parts = marks.filter((mark, n) => mark?.sequence !== marks[n - 1]?.sequence);
        expect(parts.map((part) => part?.text).join('')).toBe(text);
        expect(parts.map((part) => part?.goesOn)).toEqual(parts.map((_, n) => n < parts.length - 1));
        expect(parts[0]?.sequence).toBe(sequence);
        expect(nextSequence).toBe((sequence + parts.length) % 8);
      }),
    );
  });

  it('cuts a long word between its characters, in turn over its frames', () => {
    const { frames } = markWord(noise(9, 1), 'Fußgängerübergangsstreifen', 6);
    expect(partsIn(frames)).toEqual(['6 Fußgängerüberg…', '7 angsstreifen']);
    expect(framesOf(frames).map((frame) => readMark(frame)?.sequence)).toEqual([6, 6, 6, 6, 7, 7, 7, 7, 7]);
  });

  it('changes the low bits of a copy, and no others', () => {
    const audio = noise(3, 7);
    const before = audio.slice();
    const { frames } = markWord(audio, 'Straße', 0);
    expect(audio).toEqual(before);
    expect(frames).not.toEqual(before);
    expect(frames.map((byte) => byte | 1)).toEqual(before.map((byte) => byte | 1));
  });

  it('refuses a word without frames enough, and one without letters', () => {
    const refusal = expect.objectContaining({ code: ErrorCode.INTERNAL });
    expect(() => markWord(noise(1, 1), 'Fußgängerübergangsstreifen', 0)).toThrow(refusal);
    expect(() => markWord(noise(1, 1), '', 0)).toThrow(refusal);
  });

  it('says nothing where a bit of the word is wrong', () => {
    const { frames } = markWord(noise(1, 3), 'yes', 2);
    for (let bit = 0; bit < 64; bit++) {
      const damaged = frames.slice();
      damaged[bit] = (damaged[bit] ?? 0) ^ 1;
      expect(readMark(damaged)).toBeNull();
    }
  });

  it('says nothing for frames that are not whole', () => {
    const { frames } = markWord(noise(1, 3), 'yes', 2);
    expect(readMark(frames.subarray(0, 159))).toBeNull();
    expect(readMark(new Uint8Array(0))).toBeNull();
  });

  it('finds no word in 100,000 frames of noise', () => {
    expect(partsIn(noise(100_000, 5))).toEqual([]);
  });

  it('finds no word in 100,000 frames of a voice on a line with noise', async () => {
    const text = 'Our hotel has forty rooms, and breakfast is served from seven to ten in the morning.';
    const { audio } = await synthesize(text, { language: 'en', espeakNg: null });
    for (let frames = 0; frames < 100_000; frames += audio.length / FRAME_BYTES) {
      const voice = noise(audio.length / FRAME_BYTES, frames);
      for (let n = 0; n < voice.length; n++) voice[n] = (audio[n] ?? 0) ^ ((voice[n] ?? 0) & 3);
      expect(partsIn(voice)).toEqual([]);
    }
    expect(partsIn(audio)).toEqual([]);
    expect(partsIn(new Uint8Array(20 * FRAME_BYTES).fill(MU_LAW_SILENCE))).toEqual([]);
  });

  it.each(['agent', 'caller'])('leaves the voice of the %s 30 dB above what it changes', async (voice) => {
    const text = 'Our hotel has forty rooms, and breakfast is served from seven to ten in the morning.';
    const { audio, words } = await synthesize(text, { language: 'en', voice, espeakNg: null });
    let signal = 0;
    let change = 0;
    for (const { text: spoken, startMs, endMs } of words) {
      const frames = audio.slice(
        Math.round(startMs / 20) * FRAME_BYTES,
        Math.round(endMs / 20) * FRAME_BYTES,
      );
      const before = decodeMuLaw(frames);
      const after = decodeMuLaw(markWord(frames, spoken, 0).frames);
      for (const [n, sample] of before.entries()) {
        signal += sample ** 2;
        change += (sample - (after[n] ?? 0)) ** 2;
      }
    }
    expect(10 * Math.log10(signal / change)).toBeGreaterThan(30);
  });
});
