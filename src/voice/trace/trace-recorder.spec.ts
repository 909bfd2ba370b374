import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toldSettings } from '../../../test/support/memory-call.js';
import { runs } from '../../../test/support/runs.js';
import { anyInputs, anySettings } from '../../../test/support/voice/any-input.js';
import type { Input } from '../turn-taking/input.js';
import { initialState } from '../turn-taking/state.js';
import { TraceRecorder, unpackTrace } from './trace-recorder.js';

const settings = { ...toldSettings, greeting: 'Grüß Gott! 😊' };

const said = (text: string): Input => ({ type: 'transcript', text, final: true, confidence: null });

describe("a trace's recorder", () => {
  it('gives back whatever came in, as it came', async () => {
    await fc.assert(
      fc.asyncProperty(anySettings, anyInputs, async (told, inputs) => {
        const recorder = new TraceRecorder(told);
        const expected = inputs.map(({ of }, at) => {
          const input = of(initialState(told), at);
          const commandId = at % 3 === 0 ? `w:${at}` : null;
          recorder.add(at, input, commandId);
          return commandId === null ? [at, input] : [at, input, commandId];
        });
        const { packed, ...recorded } = await recorder.end();
        expect(recorded).toEqual({ inputs: inputs.length, cut: false });
        expect(unpackTrace(packed)).toEqual({ format: 1, settings: told, inputs: expected, cut: false });
      }),
      { numRuns: runs(100) },
    );
  });

  it('packs as it grows, also inputs that are larger than a pack', async () => {
    const texts = [
      'ä',
      'b'.repeat(100_000),
      ...Array.from({ length: 2_000 }, (_, at) => `word ${at}`),
      '営業',
    ];
    const recorder = new TraceRecorder(settings);
    for (const [at, text] of texts.entries()) recorder.add(at, said(text), null);
    const { packed } = await recorder.end();
    expect(unpackTrace(packed).inputs).toEqual(texts.map((text, at) => [at, said(text)]));
    expect(packed.length).toBeLessThan(20_000);
  });

  it('takes no more than its limit, and says that there was more', async () => {
    const recorder = new TraceRecorder(settings, 2_000);
    for (let at = 0; at < 1_000; at++) recorder.add(at, said('hello'), null);
    const { packed, inputs, cut } = await recorder.end();
    expect(cut).toBe(true);
    expect(inputs).toBeGreaterThan(10);
    expect(inputs).toBeLessThan(40);
    const trace = unpackTrace(packed);
    expect([trace.cut, trace.inputs.length, trace.inputs.at(-1)?.[0]]).toEqual([true, inputs, inputs - 1]);
  });

  it('refuses what is no trace, in a sentence', () => {
    const pack = (...lines: readonly unknown[]) =>
      gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const first = { format: 1, settings };
    const last = { inputs: 1, cut: false };
    expect(unpackTrace(pack(first, [1, { type: 'tick' }], last)).inputs).toHaveLength(1);
    for (const wrong of [
      pack({ ...first, format: 2 }, last),
      pack(first, [1, { type: 'telepathy' }], last),
      pack(first, [1], last),
      pack(first),
    ]) {
      expect(() => unpackTrace(wrong)).toThrow(
        /^A media stream's trace can't be read: \S+ is not as it's written/,
      );
    }
  });
});
