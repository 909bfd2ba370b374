import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FRAME_BYTES, MU_LAW_SILENCE } from '../../audio/mu-law.js';
import { framesNeeded, markWord, readMark } from './watermark.js';
import { WordReader } from './word-reader.js';

const SILENCE = new Uint8Array(FRAME_BYTES).fill(MU_LAW_SILENCE);

const silence = (frames: number): Uint8Array[] => new Array<Uint8Array>(frames).fill(SILENCE);

interface Spoken {
  readonly text: string;
  readonly framesPerPart: number;
}

/** Each word's frames, one word after the other. */
const speak = (words: readonly Spoken[], sequence = 0): Uint8Array[][] => {
  let next = sequence;
  return words.map(({ text, framesPerPart }) => {
    const count = framesNeeded(text) * framesPerPart;
    const { frames, nextSequence } = markWord(new Uint8Array(count * FRAME_BYTES).fill(0x55), text, next);
    next = nextSequence;
    return Array.from({ length: count }, (_, n) => frames.subarray(n * FRAME_BYTES, (n + 1) * FRAME_BYTES));
  });
};

const say = (...texts: string[]): Uint8Array[] =>
  speak(texts.map((text) => ({ text, framesPerPart: 5 }))).flat();

const read = (frames: readonly Uint8Array[]): string[] => {
  const reader = new WordReader();
  const words = frames.map((frame) => reader.read(readMark(frame)));
  return [...words, reader.flush()].filter((word) => word !== null);
};

describe('reading marked words', () => {
  it('tells a word from the one before it, also from its own repetition', () => {
    expect(read(say('no', 'yes', 'yes', 'yes', 'no'))).toEqual(['no', 'yes', 'yes', 'yes', 'no']);
  });

  it('reports a word when it is over: when silence or another word follows', () => {
    const reader = new WordReader();
    const [yes = [], no = []] = speak([
      { text: 'yes', framesPerPart: 3 },
      { text: 'no', framesPerPart: 3 },
    ]);
    expect(yes.map((frame) => reader.read(readMark(frame)))).toEqual([null, null, null]);
    expect(no.map((frame) => reader.read(readMark(frame)))).toEqual(['yes', null, null]);
    expect(reader.read(null)).toBe('no');
    expect(reader.read(null)).toBeNull();
    expect(reader.flush()).toBeNull();
  });

  it('joins the parts of a long word', () => {
    const long = 'Donaudampfschifffahrtsgesellschaftskapitän';
    expect(read(say('der', long, long, 'kommt'))).toEqual(['der', long, long, 'kommt']);
  });

  it('waits for the rest of a long word while frames are lost', () => {
    const [frames = []] = speak([{ text: 'Donaudampfschifffahrt', framesPerPart: 4 }]);
    expect(read([...frames.slice(0, 2), ...silence(5), ...frames.slice(6)])).toEqual([
      'Donaudampfschifffahrt',
    ]);
  });

  it('gives what is there of a long word when a part of it was lost', () => {
    const [frames = []] = speak([{ text: 'Donaudampfschifffahrtsgesellschaft', framesPerPart: 2 }]);
    expect(read([...frames.slice(0, 2), ...say('kommt')])).toEqual(['Donaudampfschifff', 'kommt']);
    expect(read([...frames.slice(0, 2), ...silence(10), ...say('kommt')])).toEqual([
      'Donaudampfschifff',
      'kommt',
    ]);
  });

  it('hears the same word again after a pause, though each utterance counts from 0', () => {
    expect(read([...say('yes'), ...silence(10), ...say('yes')])).toEqual(['yes', 'yes']);
  });

  it('hears one word where some of its frames were lost', () => {
    const frames = say('breakfast');
    expect(read([...frames.slice(0, 2), ...silence(2), ...frames.slice(3)])).toEqual(['breakfast']);
    expect(read(frames.flatMap((frame) => [frame, ...silence(6)]))).toEqual(['breakfast']);
  });

  const sentence = fc.array(
    fc.record({
      text: fc.oneof(
        fc.constantFrom(
          'yes',
          'yes',
          'Öffnungszeiten,',
          'नमस्ते',
          '👨‍👩‍👧‍👦',
          'Donaudampfschifffahrtsgesellschaft',
        ),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
      ),
      framesPerPart: fc.integer({ min: 1, max: 5 }),
    }),
    { maxLength: 12 },
  );

  it.each([
    ['missing', []],
    ['replaced by silence', [SILENCE]],
  ])('keeps all words whose every part has a frame left, the others %s', (_, lost) => {
    fc.assert(
      fc.property(
        sentence,
        fc.nat(7),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (words, sequence, chance) => {
          const next = (): number => chance.next().value ?? 0;
          const received = speak(words, sequence).flatMap((frames, n) => {
            const perPart = words[n]?.framesPerPart ?? 1;
            const kept = Array.from(
              { length: frames.length / perPart },
              () => Math.floor(next() * perPart) % perPart,
            );
            return frames.flatMap((frame, at) =>
              kept[Math.floor(at / perPart)] === at % perPart || next() < 0.5 ? [frame] : lost,
            );
          });
          expect(read(received)).toEqual(words.map(({ text }) => text));
        },
      ),
    );
  });
});
