import { describe, expect, it } from '@jest/globals';
import { all } from '../../../test/emulators/openai/reading.js';
import type { SpeechToSpeechOptions } from '../speech-to-speech.js';
import { createSandboxProviders } from './index.js';

const { speechToSpeech } = createSandboxProviders({
  latencies: { finalMs: 0, firstTokenMs: 0, wordMs: 0, firstByteMs: 0 },
  espeakNg: null,
});

const options = (more: Partial<SpeechToSpeechOptions> = {}): SpeechToSpeechOptions => ({
  model: null,
  voice: null,
  speed: null,
  tone: null,
  systemPrompt:
    'On Saturday we are open from nine to one. When the caller says goodbye, say goodbye and end the call.',
  tools: [{ name: 'end_call', description: '', parameters: {} }],
  maxTokens: null,
  language: 'en',
  fallbackLanguage: null,
  decidesTurns: false,
  signal: new AbortController().signal,
  ...more,
});

const ask = (text: string, more: Partial<SpeechToSpeechOptions> = {}) => {
  const request = {
    id: '1',
    messages: [{ role: 'user' as const, text }],
    passages: [],
    signal: new AbortController().signal,
  };
  return all(speechToSpeech.open(options(more)).answer(request));
};

describe("the sandbox's model that hears and speaks", () => {
  it('hears as the speech-to-text does', async () => {
    const call = new AbortController();
    const stream = speechToSpeech.open(options({ signal: call.signal }));
    for (let at = 0; at < 1_000; at += 20) stream.write(new Uint8Array(160).fill(0x9f), true);
    stream.finalize();
    for await (const transcript of stream.transcripts) {
      expect(transcript).toEqual({ text: '[speech 1.0 s]', final: true, confidence: 0 });
      break;
    }
    call.abort();
    expect(speechToSpeech.traits({ model: null, decidesTurns: true }).decidesTurns).toBe(false);
  });

  it('says what it answers', async () => {
    const parts = await ask('Are you open on Saturday?');
    expect(parts[0]).toMatchObject({ type: 'text', delta: expect.stringContaining('from nine to one') });
    const audioMs = parts.reduce((ms, part) => ms + (part.type === 'audio' ? part.audio.length / 8 : 0), 0);
    expect(audioMs).toBeGreaterThan(1_000);
    expect(parts.at(-1)).toMatchObject({ type: 'done', usage: { outputTokens: expect.any(Number) } });
  });

  it('says goodbye before it hangs up', async () => {
    const types = (await ask('Goodbye.')).map(({ type }) => type);
    expect(types[0]).toBe('text');
    expect(types.slice(-3)).toEqual(['audio', 'tool_call', 'done']);
  });

  it('says nothing to a call that is over', async () => {
    expect(await ask('Goodbye.', { signal: AbortSignal.abort() })).toEqual([]);
  });
});
