import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSandboxEmbeddings } from './embeddings.js';

const embeddings = createSandboxEmbeddings();
const { signal } = new AbortController();

const embed = (...texts: string[]): Promise<readonly Float32Array[]> => embeddings.embed(texts, signal);

const similarity = async (a: string, b: string): Promise<number> => {
  const [left = new Float32Array(), right = new Float32Array()] = await embed(a, b);
  return left.reduce((sum, value, n) => sum + value * (right[n] ?? 0), 0);
};

describe("the sandbox's embeddings", () => {
  it('are vectors of length 1, one for each text, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (texts) => {
        const vectors = await embed(...texts);
        expect(vectors).toHaveLength(texts.length);
        for (const vector of vectors) {
          expect(vector).toHaveLength(embeddings.dimensions);
          expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
        }
      }),
    );
  });

  it('are the same for the same text, also when its case and its small words differ', async () => {
    expect(await similarity('Opening hours', 'Opening hours')).toBeCloseTo(1, 5);
    expect(await similarity('What are your opening hours?', 'the OPENING HOURS')).toBeCloseTo(1, 5);
  });

  it.each([
    ['When do you open?', 'Our opening hours are nine to five.', 'The garage costs 15 euros a day.'],
    ['Is there parking?', 'Parking is free for our guests.', 'Breakfast is served from seven to ten.'],
    ['Was kostet ein Doppelzimmer?', 'Ein Doppelzimmer kostet 120 Euro.', 'Hunde sind willkommen.'],
    ['I want to cancell', 'Cancellation is free until the day before.', 'Dogs are welcome.'],
    ['朝食は何時ですか', '朝食は七時から十時までです。', '駐車場は無料です。'],
  ])('are nearer for alike texts: "%s"', async (question, near, far) => {
    expect(await similarity(question, near)).toBeGreaterThan((await similarity(question, far)) + 0.1);
  });
});
