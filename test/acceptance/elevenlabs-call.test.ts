import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ElevenLabsEmulator, startElevenLabsEmulator } from '../emulators/elevenlabs/emulator.js';
import { type OpenAiEmulator, startOpenAiEmulator } from '../emulators/openai/emulator.js';
import { gate } from '../emulators/openai/reading.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { TestCalls } from '../support/test-calls.js';

const GREETING = 'Rosewood Dental, this is Ada. How can I help you on this fine and sunny day in November?';

/** A call whose agent speaks with ElevenLabs' voice, over a real socket; the sandbox hears and answers. */
describe('a call with a voice that times its words', () => {
  let elevenLabs: ElevenLabsEmulator;
  let model: OpenAiEmulator;
  let platform: TestPlatform;
  let tenant: TestTenant;

  beforeAll(async () => {
    elevenLabs = await startElevenLabsEmulator();
    model = await startOpenAiEmulator();
    platform = await startTestPlatform({
      environment: {
        ELEVENLABS_API_KEY: 'xi-test',
        ELEVENLABS_BASE_URL: elevenLabs.origin,
        COMPATIBLE_BASE_URL: model.baseUrl,
        COMPATIBLE_LANGUAGE_MODEL: 'llama',
      },
    });
    tenant = await createTestTenant(platform, {
      greeting: GREETING,
      textToSpeech: { provider: 'elevenlabs', voice: 'anna' },
    });
  });

  afterAll(async () => {
    await platform.close();
    await elevenLabs.close();
    await model.close();
  });

  const used = () => elevenLabs.sockets.filter(({ received }) => received.length > 1);
  const textsSaid = () => used().map(({ received }) => (received[1] as { text?: string }).text?.trim());

  it('greets with what was made when the agent was published, and knows to the word what was heard of it', async () => {
    const greeting = [
      'Rosewood Dental, this is Ada.',
      GREETING.slice('Rosewood Dental, this is Ada. '.length),
    ];
    await until('the greeting is made', async () => textsSaid().length === 2);
    await Promise.all(used().map(({ closed }) => closed));
    expect(textsSaid()).toEqual(greeting);

    const call = await new TestCalls(platform, tenant).talk([
      { interrupt: 'Stop, wait please.', afterMs: 2_000 },
      { pauseMs: 1_000 },
      { hangUp: true, atOnce: true },
    ]);
    const heard = call.turns[0]?.agentHeardText ?? '';
    expect(GREETING.startsWith(heard)).toBe(true);
    expect(heard.length).toBeGreaterThan(20);
    expect(heard.length).toBeLessThan(GREETING.length);
    expect(textsSaid().filter((text) => greeting.includes(text ?? ''))).toHaveLength(2);
  });

  it('has its connections before anybody asks for an answer', async () => {
    const silent = await createTestTenant(platform, {
      greeting: '',
      textToSpeech: { provider: 'elevenlabs', voice: 'ben' },
      languageModel: { provider: 'compatible' },
    });
    await new TestCalls(platform, silent).talk([{ pauseMs: 500 }, { hangUp: true, atOnce: true }]);
    const sockets = elevenLabs.sockets.filter(({ url }) => url.pathname.includes('/ben/'));
    expect(sockets.map(({ received }) => received)).toEqual([[]]);
    expect(model.connections).toHaveLength(1);
    expect(model.requests).toEqual([]);
  });

  it('has a socket for its next answer while that is composed, though the one before waited in vain', async () => {
    const patient = await createTestTenant(platform, {
      greeting: '',
      textToSpeech: { provider: 'elevenlabs', voice: 'cleo' },
      languageModel: { provider: 'compatible' },
    });
    const composed = gate();
    model.scripts.chat.push({ to: 'table', text: 'For how many?', beforeHeaders: () => composed.opened });
    const sockets = () => elevenLabs.sockets.filter(({ url }) => url.pathname.includes('/cleo/'));
    const talk = new TestCalls(platform, patient).talk([
      { say: 'A table for tonight, please.', atOnce: true },
      { hangUp: true },
    ]);
    const [first] = await until('the first is open', async () => sockets().length > 0 && sockets());
    first?.socket.terminate();
    const [, second] = await until('the second is open', async () => sockets().length > 1 && sockets());
    expect(second?.received).toEqual([]);
    composed.open();
    await talk;
    expect(second?.received).toContainEqual({ text: 'For how many? ' });
  });
});
