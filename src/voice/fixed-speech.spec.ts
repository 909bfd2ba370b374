import { describe, expect, it } from '@jest/globals';
import type { SpeechPart, SpeechRequest } from '../providers/text-to-speech.js';
import { FixedSpeech } from './fixed-speech.js';
import { speak, type Voice } from './speech.js';
import { phrasesOf } from './turn-taking/phrases.js';

const GREETING = 'Good evening, this is Hotel Adler. How can I help you?';

/** A voice that notes what it's asked to say, with 100 bytes a character and the times of its words. */
const studio = (more: Partial<Voice> = {}) => {
  const said: string[] = [];
  let failures = 0;
  const voice: Voice = {
    provider: {
      name: 'studio',
      async *speak({ text }: SpeechRequest): AsyncGenerator<SpeechPart, void> {
        said.push(text);
        yield { words: [{ text, startMs: 0, endMs: 10 }] };
        yield new Uint8Array(50 * text.length).fill(1);
        if (failures-- > 0) throw new Error('no voice');
        yield new Uint8Array(50 * text.length).fill(2);
      },
    },
    model: null,
    voice: 'anna',
    speed: null,
    tone: null,
    voiceSettings: { stability: 0.5, style: 0.1 },
    language: 'en',
    fallbackLanguage: null,
    ...more,
  };
  return {
    said,
    voice,
    failNext: () => {
      failures = 1;
    },
  };
};

const hear = async (voice: Voice, text: string, signal = new AbortController().signal) => {
  const audio: Uint8Array[] = [];
  const words: unknown[] = [];
  for await (const progress of speak(voice, { text }, signal)) {
    audio.push(progress.audio);
    words.push(...(progress.words ?? []));
  }
  return { bytes: Buffer.concat(audio), words };
};

const never = new AbortController().signal;

describe('fixed speech', () => {
  it('is made before the first call, in the pieces in which a greeting is said', async () => {
    const { voice, said } = studio();
    const speech = new FixedSpeech();
    await speech.warm(voice, GREETING, never);
    const pieces = ['Good evening, this is Hotel Adler.', 'How can I help you?'];
    expect(said).toEqual(pieces);

    const remembering = speech.remembering(voice, GREETING);
    for (const piece of pieces) expect(await hear(remembering, piece)).toEqual(await hear(voice, piece));
    expect(said).toHaveLength(4); // the voice itself, asked for comparison
    await speech.warm(voice, GREETING, never);
    expect(said).toHaveLength(4);
  });

  it("remembers the platform's phrases once they were said, and nothing else", async () => {
    const { voice, said } = studio();
    const speech = new FixedSpeech();
    const { stillThere } = phrasesOf('en');
    for (const text of [stillThere, stillThere, 'Room 12 is free.', 'Room 12 is free.']) {
      await hear(speech.remembering(voice, GREETING), text);
    }
    expect(said).toEqual([stillThere, 'Room 12 is free.', 'Room 12 is free.']);
  });

  it.each([
    ['another voice', { voice: 'jon' }],
    ['another model', { model: 'v3' }],
    ['another speed', { speed: 1.1 }],
    ['another tone', { tone: 'calm' }],
    ['another language', { language: 'de' }],
    ['another fallback language', { fallbackLanguage: 'de' }],
    ['another setting', { voiceSettings: { stability: 0.6, style: 0.1 } }],
  ])('belongs to its voice: %s says it anew', async (_, change) => {
    const { voice, said } = studio();
    const speech = new FixedSpeech();
    await speech.warm(voice, 'Good evening!', never);
    await speech.warm({ ...voice, ...change }, 'Good evening!', never);
    expect(said).toHaveLength(2);
  });

  it('is the same whichever setting was written first', async () => {
    const { voice, said } = studio();
    const speech = new FixedSpeech();
    await speech.warm(voice, 'Good evening!', never);
    await speech.warm({ ...voice, voiceSettings: { style: 0.1, stability: 0.5 } }, 'Good evening!', never);
    expect(said).toHaveLength(1);
  });

  it('is never a part of what should be said', async () => {
    const { voice, said, failNext } = studio();
    const speech = new FixedSpeech();
    failNext();
    await expect(speech.warm(voice, 'Good evening!', never)).rejects.toThrow('no voice');
    const stop = new AbortController();
    for await (const _ of speak(
      speech.remembering(voice, 'Good evening!'),
      { text: 'Good evening!' },
      stop.signal,
    ))
      stop.abort();
    for await (const _ of speak(speech.remembering(voice, 'Good evening!'), { text: 'Good evening!' }, never))
      break;
    expect((await hear(speech.remembering(voice, 'Good evening!'), 'Good evening!')).bytes).toHaveLength(
      1_300,
    );
    expect(said).toHaveLength(4);
  });

  it('ends at once when it is aborted', async () => {
    const { voice } = studio();
    const speech = new FixedSpeech();
    await speech.warm(voice, 'Good evening!', never);
    const stop = new AbortController();
    const { provider, ...settings } = speech.remembering(voice, 'Good evening!');
    const parts: SpeechPart[] = [];
    for await (const part of provider.speak({ ...settings, text: 'Good evening!', signal: stop.signal })) {
      parts.push(part);
      stop.abort();
    }
    expect(parts).toHaveLength(1);
  });

  it('has a limit, and forgets what was not used for long first', async () => {
    const { voice, said } = studio();
    const speech = new FixedSpeech({ maxBytes: 5_000 });
    for (const greeting of [
      'Good evening!',
      'Good morning!',
      'Good evening!',
      'Good day to you!',
      'Good evening!',
    ]) {
      await speech.warm(voice, greeting, never);
    }
    expect(said).toEqual(['Good evening!', 'Good morning!', 'Good day to you!']);
    await speech.warm(voice, 'Good morning!', never);
    expect(said).toHaveLength(4);
  });

  it('is forgotten after a day', async () => {
    let nowMs = 1;
    const { voice, said } = studio();
    const speech = new FixedSpeech({ now: () => nowMs });
    await speech.warm(voice, 'Good evening!', never);
    nowMs += 23 * 3_600_000;
    await speech.warm(voice, 'Good evening!', never);
    expect(said).toHaveLength(1);
    nowMs += 2 * 3_600_000;
    await speech.warm(voice, 'Good evening!', never);
    expect(said).toHaveLength(2);
  });
});
