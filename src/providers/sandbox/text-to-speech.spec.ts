import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { audioOf, speechRequest } from '../../../test/support/provider-requests.js';
import { FRAME_BYTES } from '../../audio/mu-law.js';
import type { SpeechRequest } from '../text-to-speech.js';
import { createSandboxTextToSpeech } from './text-to-speech.js';
import { synthesize } from './voice.js';

const text = 'Our reception is open from seven in the morning.';

const speaker = (firstByteMs = 0) => {
  const { name, speak } = createSandboxTextToSpeech({ firstByteMs, espeakNg: null });
  return { name, speak: (request: SpeechRequest) => audioOf(speak(request)) };
};
const request = (more: Partial<SpeechRequest> = {}) => speechRequest({ text, ...more });

const collect = async (speech: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of speech) pieces.push(piece);
  return pieces;
};

afterEach(() => {
  jest.useRealTimers();
});

describe("the sandbox's text-to-speech", () => {
  it('calls itself sandbox', () => {
    expect(speaker().name).toBe('sandbox');
  });

  it("speaks with the agent's voice, in pieces of 200 ms", async () => {
    const pieces = await collect(speaker().speak(request()));
    const { audio } = await synthesize(text, { language: 'en', voice: 'agent', espeakNg: null });
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(audio));
    expect(pieces.slice(0, -1).every((piece) => piece.length === 10 * FRAME_BYTES)).toBe(true);
    expect(pieces.at(-1)?.length).toBeGreaterThan(0);
  });

  it('speaks with another voice where one is named', async () => {
    const agent = await collect(speaker().speak(request()));
    expect(await collect(speaker().speak(request({ voice: 'anna' })))).not.toEqual(agent);
  });

  it('says the same again after a listener changed what it got', async () => {
    const before = Buffer.concat(await collect(speaker().speak(request())));
    for (const piece of await collect(speaker().speak(request()))) piece.fill(0);
    expect(Buffer.concat(await collect(speaker().speak(request())))).toEqual(before);
  });

  it('lets wait for its first byte, and for no other', async () => {
    jest.useFakeTimers();
    const pieces: Uint8Array[] = [];
    const done = (async () => {
      for await (const piece of speaker(40).speak(request())) pieces.push(piece);
    })();
    await jest.advanceTimersByTimeAsync(39);
    expect(pieces).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await done;
    expect(pieces.length).toBeGreaterThan(10);
  });

  it('ends without an error when aborted, before its first byte and between two pieces', async () => {
    jest.useFakeTimers();
    const early = new AbortController();
    const speech = collect(speaker(40).speak(request({ signal: early.signal })));
    await jest.advanceTimersByTimeAsync(10);
    early.abort();
    expect(await speech).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);

    expect(await collect(speaker().speak(request({ signal: AbortSignal.abort() })))).toEqual([]);

    const late = new AbortController();
    const pieces: Uint8Array[] = [];
    for await (const piece of speaker().speak(request({ signal: late.signal }))) {
      pieces.push(piece);
      late.abort();
    }
    expect(pieces).toHaveLength(1);
  });
});
