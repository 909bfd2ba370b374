import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FRAME_BYTES, MU_LAW_SILENCE } from '../../audio/mu-law.js';
import type { SpeechToTextStream, Transcript } from '../speech-to-text.js';
import { createSandboxSpeechToText } from './speech-to-text.js';
import { speakMarked, synthesize } from './voice.js';

const builtIn = { language: 'en', espeakNg: null };

/** What a caller says, and then a second of nothing. */
const say = async (text: string): Promise<Uint8Array> =>
  Buffer.concat([await speakMarked(text, builtIn), new Uint8Array(50 * FRAME_BYTES).fill(MU_LAW_SILENCE)]);

const write = (stream: SpeechToTextStream, audio: Uint8Array, voiced = true): void => {
  for (let at = 0; at < audio.length; at += FRAME_BYTES)
    stream.write(audio.subarray(at, at + FRAME_BYTES), voiced);
};

const interim = (text: string): Transcript => ({ text, final: false, confidence: null });
const final = (text: string): Transcript => ({ text, final: true, confidence: 1 });
const nothing: Transcript = { text: '', final: true, confidence: null };

let call: AbortController;
beforeEach(() => {
  call = new AbortController();
});
afterEach(() => {
  call.abort();
  jest.useRealTimers();
});

const open = (finalMs = 0): SpeechToTextStream =>
  createSandboxSpeechToText({ finalMs }).open({
    model: null,
    language: 'en',
    fallbackLanguage: null,
    signal: call.signal,
  });

/** Reads from now on. */
const collect = (stream: SpeechToTextStream): { heard: Transcript[]; ended: Promise<void> } => {
  const heard: Transcript[] = [];
  const ended = (async () => {
    for await (const transcript of stream.transcripts) heard.push(transcript);
  })();
  return { heard, ended };
};

const finals = (heard: readonly Transcript[]): Transcript[] => heard.filter((transcript) => transcript.final);

const settled = (): Promise<void> => new Promise(setImmediate);

describe("the sandbox's speech-to-text", () => {
  it('calls itself sandbox, and has interims', () => {
    const sandbox = createSandboxSpeechToText({ finalMs: 80 });
    expect(sandbox.name).toBe('sandbox');
    expect(sandbox.traits(null)).toEqual({ interims: true, finalWithinMs: 300, decidesTurns: false });
  });

  it('shows the words as they are said, and makes them final when asked to', async () => {
    const stream = open();
    const { heard } = collect(stream);
    const audio = await say('Are you open today?');
    for (let at = 0; at < audio.length; at += FRAME_BYTES) {
      stream.write(audio.subarray(at, at + FRAME_BYTES), true);
      await settled();
    }
    stream.finalize();
    await settled();
    expect(heard).toEqual([
      interim('Are'),
      interim('Are you'),
      interim('Are you open'),
      interim('Are you open today?'),
      final('Are you open today?'),
    ]);
  });

  it('begins each utterance anew', async () => {
    const stream = open();
    const { heard } = collect(stream);
    for (const text of ['Yes.', 'Yes.', 'No.']) {
      write(stream, await say(text));
      stream.finalize();
      await settled();
    }
    expect(finals(heard)).toEqual([final('Yes.'), final('Yes.'), final('No.')]);
  });

  it('gives a reader who comes late the newest interim only', async () => {
    const stream = open();
    write(stream, await say('Are you open today?'));
    const { heard } = collect(stream);
    await settled();
    expect(heard).toEqual([interim('Are you open today?')]);
  });

  it('makes a word final that is not over yet, and does not repeat it', async () => {
    const stream = open();
    const { heard } = collect(stream);
    const audio = await speakMarked('Goodbye!', builtIn);
    write(stream, audio.subarray(0, 10 * FRAME_BYTES));
    stream.finalize();
    await settled();
    write(stream, audio.subarray(10 * FRAME_BYTES));
    write(stream, new Uint8Array(15 * FRAME_BYTES).fill(MU_LAW_SILENCE));
    stream.finalize();
    await settled();
    expect(heard).toEqual([final('Goodbye!'), nothing]);
  });

  it('says how long it heard speech whose words it does not know', async () => {
    const stream = open();
    const { heard } = collect(stream);
    const { audio } = await synthesize('Nobody wrote my words into my voice.', builtIn);
    write(stream, audio.subarray(0, 70 * FRAME_BYTES), true);
    write(stream, audio.subarray(0, 30 * FRAME_BYTES), false);
    stream.finalize();
    await settled();
    stream.finalize();
    await settled();
    expect(heard).toEqual([{ text: '[speech 1.4 s]', final: true, confidence: 0 }, nothing]);
  });

  it('makes no speech of a cough', async () => {
    const stream = open();
    const { heard } = collect(stream);
    const { audio } = await synthesize('Nobody wrote my words into my voice.', builtIn);
    write(stream, audio.subarray(0, 35 * FRAME_BYTES), true);
    stream.finalize();
    await settled();
    expect(heard).toEqual([nothing]);
  });

  it('keeps to the words where it knows some', async () => {
    const stream = open();
    const { heard } = collect(stream);
    write(stream, (await synthesize('Well then.', builtIn)).audio);
    write(stream, await say('Hello.'));
    stream.finalize();
    await settled();
    expect(finals(heard)).toEqual([final('Hello.')]);
  });

  it('says so too after words that it did know', async () => {
    const stream = open();
    const { heard } = collect(stream);
    write(stream, await say('Hello.'), false);
    stream.finalize();
    await settled();
    const { audio } = await synthesize('Nobody wrote my words into my voice.', builtIn);
    write(stream, audio.subarray(0, 45 * FRAME_BYTES));
    stream.finalize();
    await settled();
    expect(finals(heard)).toEqual([final('Hello.'), { text: '[speech 0.9 s]', final: true, confidence: 0 }]);
  });

  it("takes the end of a word's voice for no speech of its own", async () => {
    const stream = open();
    const { heard } = collect(stream);
    write(stream, await speakMarked('Goodbye!', builtIn));
    stream.finalize();
    await settled();
    write(stream, new Uint8Array(15 * FRAME_BYTES).fill(MU_LAW_SILENCE), true);
    stream.finalize();
    await settled();
    expect(finals(heard)).toEqual([final('Goodbye!'), nothing]);
  });

  it.each([
    ['nothing', 0],
    ['a click', 2],
  ])('ends %s with an empty final', async (_, frames) => {
    const stream = open();
    const { heard } = collect(stream);
    write(stream, new Uint8Array(frames * FRAME_BYTES).fill(0x10));
    stream.finalize();
    await settled();
    expect(heard).toEqual([nothing]);
  });

  it('takes its time for a final', async () => {
    const audio = await say('Hello.');
    jest.useFakeTimers();
    const stream = open(80);
    const { heard } = collect(stream);
    write(stream, audio);
    stream.finalize();
    await jest.advanceTimersByTimeAsync(79);
    expect(heard).toEqual([interim('Hello.')]);
    await jest.advanceTimersByTimeAsync(1);
    expect(heard).toEqual([interim('Hello.'), final('Hello.')]);
  });

  it('ends at once with the signal, without what was still to come', async () => {
    const audio = await say('Hello.');
    jest.useFakeTimers();
    const stream = open(80);
    const { heard, ended } = collect(stream);
    stream.finalize();
    call.abort();
    await ended;
    expect(jest.getTimerCount()).toBe(0);
    write(stream, audio);
    stream.finalize();
    expect(jest.getTimerCount()).toBe(0);
    expect(heard).toEqual([]);
  });

  it('is over from the beginning for a call that is over', async () => {
    call.abort();
    const { heard, ended } = collect(open());
    await ended;
    expect(heard).toEqual([]);
  });
});
