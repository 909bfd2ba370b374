import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import loadFvad from '@echogarden/fvad-wasm';
import { afterAll, describe, expect, it } from '@jest/globals';
import { decodeMuLaw, FRAME_BYTES } from '../../audio/mu-law.js';
import { writeWav } from '../../audio/wav.js';
import { hasEspeakNg } from './espeak-ng.js';
import { speakMarked, synthesize } from './voice.js';
import { readMark } from './watermark.js';
import { WordReader } from './word-reader.js';

const directory = mkdtempSync(join(tmpdir(), 'voice-'));
afterAll(() => rmSync(directory, { recursive: true }));

const english =
  'Hello, I would like to know your opening hours on Saturday, please. Could you also tell me whether the restaurant takes reservations for larger groups?';
const german = 'Guten Tag, ich möchte gerne wissen, wie lange Sie am Samstag geöffnet haben.';
const hindi = 'नमस्ते, मैं कल के लिए एक मेज़ बुक करना चाहता हूँ।';

const fvad = await loadFvad();

/** What libfvad's mode 3 thinks of each frame. */
const voicedFrames = (audio: Uint8Array): boolean[] => {
  const detector = fvad._fvad_new();
  fvad._fvad_set_sample_rate(detector, 8000);
  fvad._fvad_set_mode(detector, 3);
  const buffer = fvad._malloc(2 * FRAME_BYTES);
  const pcm = decodeMuLaw(audio);
  const voiced = Array.from({ length: pcm.length / FRAME_BYTES }, (_, n) => {
    fvad.HEAP16.set(pcm.subarray(n * FRAME_BYTES, (n + 1) * FRAME_BYTES), buffer / 2);
    return fvad._fvad_process(detector, buffer, FRAME_BYTES) === 1;
  });
  fvad._fvad_free(detector);
  return voiced;
};

const isLoud = (sample: number): boolean => Math.abs(sample) >= 300;

const wordsIn = (audio: Uint8Array): string[] => {
  const reader = new WordReader();
  const words: (string | null)[] = [];
  for (let at = 0; at < audio.length; at += FRAME_BYTES)
    words.push(reader.read(readMark(audio.subarray(at, at + FRAME_BYTES))));
  return [...words, reader.flush()].filter((word) => word !== null);
};

/** The pitch: the lag at which the audio is most like itself. */
const pitchHz = (audio: Uint8Array): number => {
  const pcm = decodeMuLaw(audio);
  let best = { lag: 0, likeness: 0 };
  for (let lag = 28; lag <= 100; lag++) {
    let likeness = 0;
    for (let n = 0; n + 100 < pcm.length; n++) likeness += (pcm[n] ?? 0) * (pcm[n + lag] ?? 0);
    if (likeness > best.likeness) best = { lag, likeness };
  }
  return 8000 / best.lag;
};

const engines = (await hasEspeakNg('espeak-ng')) ? ['espeak-ng', null] : [null];

describe.each(engines)('the voice of %s', (espeakNg) => {
  it.each([
    ['en', english, 'agent'],
    ['en-US', english, 'caller'],
    ['de-AT', german, 'agent'],
    ['de', german, 'caller'],
    ['hi', hindi, 'agent'],
    ['en', 'Yes.', 'caller'],
    ['en', 'stop', 'agent'],
  ])('is heard as voice: %s %s by the %s', async (language, text, voice) => {
    const { audio, words } = await synthesize(text, { language, voice, espeakNg });
    const heard = voicedFrames(audio).filter((_, n) =>
      words.some(({ startMs, endMs }) => 20 * n >= startMs && 20 * (n + 1) <= endMs),
    );
    expect(heard.filter((voiced) => voiced).length / heard.length).toBeGreaterThan(0.8);
  });

  it.each([
    ['en', english, 130, 180],
    ['de', german, 115, 170],
    ['hi', hindi, 110, 180],
  ])('speaks %s as fast as people do: %s', async (language, text, min, max) => {
    const { audio, words } = await synthesize(text, { language, espeakNg });
    const wordsAMinute = words.length / (audio.length / 8000 / 60);
    expect(wordsAMinute).toBeGreaterThan(min);
    expect(wordsAMinute).toBeLessThan(max);
  });

  it('begins and ends with 40 ms of silence at most', async () => {
    for (const text of ['Yes.', 'Asche', german, english, 'One moment –']) {
      const pcm = decodeMuLaw((await synthesize(text, { language: 'en', espeakNg })).audio);
      expect(pcm.findIndex(isLoud) / 8).toBeLessThanOrEqual(40);
      expect((pcm.length - 1 - pcm.findLastIndex(isLoud)) / 8).toBeLessThanOrEqual(40);
    }
  });

  it('times the words as they stand in the text, in order', async () => {
    const { audio, words } = await synthesize(english, { language: 'en', espeakNg });
    expect(words.map(({ text }) => text).join(' ')).toBe(english);
    for (const [n, { startMs, endMs }] of words.entries()) {
      expect(endMs).toBeGreaterThan(startMs);
      expect(startMs).toBeGreaterThanOrEqual((words[n - 1]?.endMs ?? 0) - 0.001);
    }
    expect(words.at(-1)?.endMs).toBeLessThanOrEqual(audio.length / 8);
  });

  it('speaks twice as fast at twice the speed', async () => {
    const [slow, fast] = await Promise.all(
      [1, 2].map((speed) => synthesize(german, { language: 'de', speed, espeakNg })),
    );
    const ratio = (slow?.audio.length ?? 0) / (fast?.audio.length ?? 1);
    expect(ratio).toBeGreaterThan(1.6);
    expect(ratio).toBeLessThan(2.4);
  });

  it('has a higher pitch for the caller than for the agent', async () => {
    const [agent, caller] = await Promise.all(
      ['agent', 'caller'].map((voice) => synthesize('aaaaah', { language: 'en', voice, espeakNg })),
    );
    expect(pitchHz(caller?.audio ?? new Uint8Array(0))).toBeGreaterThan(
      1.3 * pitchHz(agent?.audio ?? new Uint8Array(0)),
    );
  });

  it('carries the words in the audio where it is asked to, and is voice all the same', async () => {
    for (const [language, text] of [
      ['en', `${english} yes yes yes`],
      ['de', `${german} Donaudampfschifffahrtsgesellschaftskapitän`],
      ['hi', hindi],
      ['en', '– 😀 👨‍👩‍👧‍👦 24 % –'],
    ] as const) {
      const options = { language, voice: 'caller', espeakNg };
      const marked = await speakMarked(text, options);
      expect(marked.length % FRAME_BYTES).toBe(0);
      expect(wordsIn(marked).join(' ')).toBe(text);
      const { audio } = await synthesize(text, options);
      expect(wordsIn(audio)).toEqual([]);
      const asVoiced = (of: Uint8Array): number => voicedFrames(of).filter((voiced) => voiced).length;
      expect(asVoiced(marked)).toBeGreaterThan(0.9 * asVoiced(audio));
    }
  });

  it('carries every word, however fast it speaks', async () => {
    const text = 'Yes, the Donaudampfschifffahrtsgesellschaftskapitän 👨‍👩‍👧‍👦 is here.';
    expect(wordsIn(await speakMarked(text, { language: 'en', speed: 30, espeakNg })).join(' ')).toBe(text);
  });

  it('throws the reason once aborted', async () => {
    const signal = AbortSignal.abort(new Error('hung up'));
    await expect(synthesize('Hello.', { language: 'en', espeakNg, signal })).rejects.toThrow('hung up');
  });
});

describe('the built-in voice', () => {
  const builtIn = { language: 'en', espeakNg: null };

  it('pauses between sentences and clauses', async () => {
    const gapAfter = async (text: string): Promise<number> => {
      const { words } = await synthesize(text, builtIn);
      return (words[1]?.startMs ?? 0) - (words[0]?.endMs ?? 0);
    };
    expect(await gapAfter('Yes please')).toBe(0);
    expect(await gapAfter('Yes, please')).toBeGreaterThan(100);
    expect(await gapAfter('Yes. Please')).toBeGreaterThan(await gapAfter('Yes, please'));
  });

  it('takes as long for a word as it has syllables', async () => {
    const lengthMs = async (text: string): Promise<number> => {
      const { words } = await synthesize(text, builtIn);
      return (words[0]?.endMs ?? 0) - (words[0]?.startMs ?? 0);
    };
    expect(await lengthMs('banana')).toBeGreaterThan(2 * (await lengthMs('ba')));
    expect(await lengthMs('hope')).toBe(await lengthMs('hop'));
    expect(await lengthMs('42')).toBeGreaterThan(300);
    expect(await lengthMs('hmm')).toBeGreaterThan(150);
    expect(await lengthMs('東京')).toBeGreaterThan(300);
  });

  it('draws a word out before a pause', async () => {
    const lengthMs = async (text: string): Promise<number> => {
      const { words } = await synthesize(text, builtIn);
      return (words[0]?.endMs ?? 0) - (words[0]?.startMs ?? 0);
    };
    expect(await lengthMs('Now, please')).toBeGreaterThan(1.1 * (await lengthMs('Now please')));
  });

  it('falls at the end of a statement and rises at the end of a question', async () => {
    const lastPitch = async (text: string): Promise<number> => {
      const { audio, words } = await synthesize(text, builtIn);
      return pitchHz(audio.subarray(8 * Math.round((words.at(-1)?.endMs ?? 0) - 120)));
    };
    expect(await lastPitch('You are open now?')).toBeGreaterThan(
      1.2 * (await lastPitch('You are open now.')),
    );
  });

  it('knows every name of a voice, always the same way', async () => {
    const voices = await Promise.all(
      ['anna', 'bert', 'toString'].map((voice) => synthesize('Hello.', { ...builtIn, voice })),
    );
    const sounds = new Set(voices.map(({ audio }) => Buffer.from(audio).toString('base64')));
    expect(sounds.size).toBe(3);
  });

  it('has nothing to say for an empty text', async () => {
    const { audio, words } = await synthesize('  ', builtIn);
    expect(words).toEqual([]);
    expect(decodeMuLaw(audio).some(isLoud)).toBe(false);
  });
});

describe('speaking', () => {
  it('speaks with the built-in voice where espeak-ng fails, and tries it again the next time', async () => {
    const runs = join(directory, 'runs');
    const failing = join(directory, 'failing');
    writeFileSync(failing, `#!/bin/sh\n[ "$1" = --version ] || { echo run >> '${runs}'; exit 1; }\n`, {
      mode: 0o755,
    });
    const spoken = await synthesize('Good morning.', { language: 'en', espeakNg: failing });
    expect(spoken).toEqual(await synthesize('Good morning.', { language: 'en', espeakNg: null }));
    await synthesize('Good morning.', { language: 'en', espeakNg: failing });
    expect(readFileSync(runs, 'utf8')).toBe('run\nrun\n');
  });

  it('runs four processes at once, and speaks with the built-in voice meanwhile', async () => {
    const runs = join(directory, 'parallel-runs');
    const parallel = join(directory, 'parallel');
    const wav = join(directory, 'tone.wav');
    writeFileSync(wav, writeWav({ samples: new Int16Array(4000).fill(5000), sampleRateHz: 22_050 }));
    writeFileSync(parallel, `#!/bin/sh\n[ "$1" = --version ] || { echo run >> '${runs}'; cat '${wav}'; }\n`, {
      mode: 0o755,
    });
    const texts = ['one', 'two', 'three', 'four', 'five', 'six'];
    const lengths = await Promise.all(
      texts.map(
        async (text) => (await synthesize(text, { language: 'en', espeakNg: parallel })).audio.length,
      ),
    );
    expect(readFileSync(runs, 'utf8')).toBe('run\n'.repeat(4));
    expect(new Set(lengths.slice(0, 4)).size).toBe(1);
    const five = await synthesize('five', { language: 'en', espeakNg: null });
    expect(lengths[4]).toBe(five.audio.length);
  });

  it('says nothing in another voice when it is aborted', async () => {
    const slow = join(directory, 'slow');
    writeFileSync(slow, '#!/bin/sh\n[ "$1" = --version ] || exec sleep 60\n', { mode: 0o755 });
    const controller = new AbortController();
    const speech = synthesize('Hello.', { language: 'en', espeakNg: slow, signal: controller.signal });
    controller.abort(new Error('hung up'));
    await expect(speech).rejects.toThrow('hung up');
  });

  it('synthesizes what it said before only once, for each voice and language', async () => {
    const options = { language: 'en', espeakNg: null };
    const first = await synthesize('How can I help?', options);
    expect(await synthesize('How can I help?', options)).toBe(first);
    expect(await synthesize('How can I help?', { ...options, voice: 'caller' })).not.toBe(first);
    expect(await synthesize('How can I help?', { ...options, language: 'de' })).not.toBe(first);
  });
});
