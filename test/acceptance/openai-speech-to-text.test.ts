import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeMuLaw } from '../../src/audio/mu-law.js';
import { readWav } from '../../src/audio/wav.js';
import { createOpenAiProviders, type OpenAiOptions } from '../../src/providers/openai/openai-providers.js';
import type { SpeechToTextStream, Transcript } from '../../src/providers/speech-to-text.js';
import { type OpenAiEmulator, startOpenAiEmulator } from '../emulators/openai/emulator.js';
import { all, failureOf, gate } from '../emulators/openai/reading.js';
import type { UploadedFile } from '../emulators/openai/transcriptions.js';

describe("OpenAI's speech to text", () => {
  let openAi: OpenAiEmulator;
  let caller: AbortController;

  beforeEach(async () => {
    openAi = await startOpenAiEmulator();
    caller = new AbortController();
  });

  afterEach(async () => {
    caller.abort();
    await openAi.close();
  });

  const open = (
    options: Partial<OpenAiOptions> = {},
    language = 'en-US',
    fallbackLanguage: string | null = null,
  ) =>
    createOpenAiProviders({ apiKey: 'sk-test', baseUrl: openAi.baseUrl, ...options }).speechToText.open({
      model: null,
      language,
      fallbackLanguage,
      signal: caller.signal,
    });

  const frame = (byte: number) => new Uint8Array(160).fill(byte);

  const speak = (stream: SpeechToTextStream, ms: number, byte = 0x9f) => {
    for (let at = 0; at < ms; at += 20) stream.write(frame(byte), true);
  };

  /** Reads until the given number of finals is there. */
  const hear = async (stream: SpeechToTextStream, finals = 1): Promise<Transcript[]> => {
    const heard: Transcript[] = [];
    for await (const transcript of stream.transcripts) {
      heard.push(transcript);
      if (heard.filter(({ final }) => final).length === finals) return heard;
    }
    throw new Error('The transcripts ended');
  };

  const textsOf = (heard: readonly Transcript[]) =>
    heard.map(({ text, final }) => (final ? `${text}.` : text));

  const uploadOf = async (number: number) => {
    const { body } = await openAi.request(number);
    const file = body.file as UploadedFile;
    return { ...body, file, wav: readWav(file.bytes) };
  };

  it('sends what was said, with the 300 ms before it, and gives the words as they come', async () => {
    openAi.scripts.transcriptions.push({ text: 'A table for two' });
    const stream = open();
    for (let n = 0; n < 50; n++) stream.write(frame(0xff), false);
    speak(stream, 400);
    for (let n = 0; n < 15; n++) stream.write(frame(0xfe), false);
    stream.finalize();
    expect(textsOf(await hear(stream))).toEqual([
      'A',
      'A table',
      'A table for',
      'A table for two',
      'A table for two.',
    ]);
    const { wav, ...upload } = await uploadOf(0);
    expect(upload).toMatchObject({ model: 'gpt-4o-mini-transcribe', language: 'en', stream: 'true' });
    expect(wav).toMatchObject({ format: 'pcm16', sampleRateHz: 8000, channels: 1 });
    const sent = Buffer.concat([
      Buffer.alloc(2400, 0xff),
      Buffer.alloc(3200, 0x9f),
      Buffer.alloc(2400, 0xfe),
    ]);
    expect(wav.samples).toEqual(decodeMuLaw(sent));
    expect(stream.heardMs).toBe(1_000);
  });

  it('gives only the final where the model has no stream', async () => {
    const stream = open({ speechToTextModel: 'whisper-1' });
    speak(stream, 1500);
    stream.finalize();
    expect(await hear(stream)).toEqual([{ text: 'I spoke for 1.5 seconds.', final: true, confidence: null }]);
  });

  it('tells each model the language in its own way, and only languages that OpenAI knows', async () => {
    for (const [model, language, fallback] of [
      ['gpt-4o-mini-transcribe', 'de-AT', 'en'],
      ['gpt-transcribe', 'de-AT', null],
      ['gpt-4o-mini-transcribe', 'eu-ES', null],
      ['gpt-4o-mini-transcribe', 'eu-ES', 'es-ES'],
    ] as const) {
      const stream = open({ speechToTextModel: model }, language, fallback);
      speak(stream, 200);
      stream.finalize();
      await hear(stream);
    }
    const hints = openAi.requests.map(({ body }) => [body.language, body['languages[]']]);
    expect(hints).toEqual([
      ['de', undefined],
      [undefined, ['de']],
      [undefined, undefined],
      ['es', undefined],
    ]);
  });

  it('takes what is said while it waits for the words of the next utterance', async () => {
    const answer = gate();
    openAi.scripts.transcriptions.push({ text: 'One', beforeHeaders: () => answer.opened }, { text: 'Two' });
    const stream = open();
    speak(stream, 200, 0x10);
    stream.finalize();
    const first = hear(stream);
    await openAi.request(0);
    speak(stream, 300, 0x20);
    answer.open();
    expect(textsOf(await first).at(-1)).toBe('One.');
    expect((await uploadOf(0)).wav.samples).toEqual(decodeMuLaw(Buffer.alloc(1600, 0x10)));
    expect(openAi.requests).toHaveLength(1);
  });

  it('gives each stop its final, in order', async () => {
    openAi.scripts.transcriptions.push({ text: 'One' }, { text: 'Two' });
    const stream = open();
    const heard: Transcript[] = [];
    speak(stream, 200);
    stream.finalize();
    for await (const transcript of stream.transcripts) {
      heard.push(transcript);
      if (!transcript.final) continue;
      if (heard.some(({ text }) => text === 'Two')) break;
      speak(stream, 200);
      stream.finalize();
    }
    expect(textsOf(heard)).toEqual(['One', 'One.', 'Two', 'Two.']);
  });

  it('answers two stops with one final when the caller went on before the first words came', async () => {
    const answer = gate();
    openAi.scripts.transcriptions.push({ text: 'One', beforeHeaders: () => answer.opened }, { text: 'Two' });
    const stream = open();
    speak(stream, 200);
    stream.finalize();
    const heard = hear(stream);
    await openAi.request(0);
    speak(stream, 200);
    stream.finalize();
    answer.open();
    expect(textsOf(await heard)).toEqual(['One', 'One', 'One Two', 'One Two.']);
  });

  it('answers a stop with an empty final at once when nobody spoke', async () => {
    const stream = open();
    stream.write(frame(0xff), false);
    stream.finalize();
    expect(await hear(stream)).toEqual([{ text: '', final: true, confidence: null }]);
    expect(openAi.requests).toHaveLength(0);
  });

  it('sends a minute without a stop as it is, and its words belong to the next final', async () => {
    openAi.scripts.transcriptions.push({ text: 'On' }, { text: 'and on' });
    const stream = open();
    const transcripts = stream.transcripts[Symbol.asyncIterator]();
    speak(stream, 60_000);
    const first = [await transcripts.next(), await transcripts.next()];
    expect(first.map(({ value }) => value)).toMatchObject(Array(2).fill({ text: 'On', final: false }));
    expect((await uploadOf(0)).wav.samples).toHaveLength(480_000);
    speak(stream, 200);
    stream.finalize();
    expect(textsOf(await hear(stream))).toEqual(['On and', 'On and on', 'On and on.']);
  });

  it('ends with the signal, also while it waits for a stop', async () => {
    const stream = open();
    const heard = all(stream.transcripts);
    speak(stream, 200);
    caller.abort();
    expect(await heard).toEqual([]);
  });

  it('takes no more once it has failed', async () => {
    openAi.scripts.transcriptions.push({ fault: 401 });
    const stream = open();
    speak(stream, 200);
    stream.finalize();
    await failureOf(hear(stream));
    speak(stream, 200);
    stream.finalize();
    expect(await all(stream.transcripts)).toEqual([]);
    expect(openAi.requests).toHaveLength(1);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });
});
