import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseEnvironment } from '../config.js';
import { createProviders } from './providers.js';

const providersWith = (variables: Readonly<Record<string, string>>) =>
  createProviders(parseEnvironment(variables));

describe('the providers of an environment', () => {
  it('are those that have a key, beside the sandbox', async () => {
    expect((await providersWith({})).names('speechToText')).toEqual(['sandbox']);
    const providers = await providersWith({
      OPENAI_API_KEY: 'sk-key',
      DEEPGRAM_API_KEY: 'dg-key',
      GOOGLE_CLOUD_PROJECT: 'a-project',
    });
    expect(providers.names('speechToText')).toEqual(['openai', 'sandbox', 'deepgram', 'google']);
    expect(providers.get('speechToText', 'deepgram').traits('flux-general-en').decidesTurns).toBe(true);
  });

  it("are voices, too, and servers of one's own by their addresses", async () => {
    const providers = await providersWith({
      ELEVENLABS_API_KEY: 'xi-key',
      CARTESIA_API_KEY: 'car-key',
      AI4BHARAT_TTS_URL: 'ws://tts.internal:8002',
      GOOGLE_APPLICATION_CREDENTIALS: '/run/secrets/google.json',
    });
    expect(providers.names('textToSpeech')).toEqual([
      'sandbox',
      'google',
      'elevenlabs',
      'cartesia',
      'ai4bharat',
    ]);
    expect(providers.names('speechToText')).toEqual(['sandbox', 'google']);
    const indic = await providersWith({
      AI4BHARAT_STT_URL: 'http://stt.internal:8001',
      BHASHINI_API_KEY: 'key',
    });
    expect(indic.names('speechToText')).toEqual(['sandbox', 'ai4bharat', 'bhashini']);
    expect(indic.names('textToSpeech')).toEqual(['sandbox']);
  });

  it('have the models of the documentation where nobody names one', async () => {
    const providers = await providersWith({
      OPENAI_API_KEY: 'sk-key',
      ANTHROPIC_API_KEY: 'key',
      COMPATIBLE_BASE_URL: 'http://localhost:11434/v1',
      COMPATIBLE_LANGUAGE_MODEL: 'llama3.3',
      DEEPGRAM_API_KEY: 'dg-key',
      GOOGLE_CLOUD_PROJECT: 'a-project',
      ELEVENLABS_API_KEY: 'xi-key',
      CARTESIA_API_KEY: 'car-key',
      BHASHINI_API_KEY: 'key',
    });
    const docs = readFileSync('docs/providers.md', 'utf8').replaceAll(
      'COMPATIBLE_LANGUAGE_MODEL',
      'llama3.3',
    );
    const stages = ['speechToText', 'languageModel', 'textToSpeech', 'speechToSpeech'] as const;
    const named = stages.flatMap((stage) =>
      providers.names(stage).flatMap((name) => {
        const model = providers.get(stage, name).defaultModel;
        return model === undefined ? [] : [{ stage, name, model }];
      }),
    );
    expect(named).toHaveLength(12);
    for (const { stage, name, model } of named) {
      const row = docs.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
      expect(row.split('|')[3 + stages.indexOf(stage)]).toContain(`\`${model}\``);
    }
  });

  it('have a default that can hold a call alone: OpenAI where it has a key, else the sandbox', async () => {
    const defaultWith = async (variables: Readonly<Record<string, string>>) =>
      (await providersWith(variables)).defaultName;
    expect(await defaultWith({ DEEPGRAM_API_KEY: 'dg-key' })).toBe('sandbox');
    expect(await defaultWith({ OPENAI_API_KEY: 'sk-key' })).toBe('openai');
    expect(await defaultWith({ OPENAI_API_KEY: 'sk-key', DEFAULT_PROVIDER: 'sandbox' })).toBe('sandbox');
  });

  it.each([
    ['one that only hears', { DEEPGRAM_API_KEY: 'dg-key', DEFAULT_PROVIDER: 'deepgram' }],
    ['one without its key', { DEFAULT_PROVIDER: 'deepgram' }],
    ['one that nobody knows', { DEFAULT_PROVIDER: 'delphi' }],
  ])('refuse as the default %s', async (_, variables) => {
    await expect(providersWith(variables)).rejects.toThrow(
      /^DEFAULT_PROVIDER is \w+; it must be one that has its key here and speech to text, .*: sandbox\.$/,
    );
  });
});
