import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createAnthropicProviders } from '../../src/providers/anthropic/anthropic-providers.js';
import { createCompatibleProviders } from '../../src/providers/compatible/compatible-providers.js';
import type { LanguageModel } from '../../src/providers/language-model.js';
import { createOpenAiProviders } from '../../src/providers/openai/openai-providers.js';
import type { TextToSpeech } from '../../src/providers/text-to-speech.js';
import { startAnthropicEmulator } from '../emulators/anthropic/emulator.js';
import type { HttpServer } from '../emulators/http-server.js';
import { startOpenAiEmulator } from '../emulators/openai/emulator.js';
import { all } from '../emulators/openai/reading.js';
import { answerRequest, speechRequest } from '../support/provider-requests.js';
import { resetSocket } from '../support/reset-socket.js';

type Emulator = Pick<HttpServer, 'connections' | 'close'> & {
  readonly baseUrl: string;
  readonly requests: readonly unknown[];
};

interface Client {
  readonly start: () => Promise<Emulator>;
  readonly connect: (baseUrl: string) => {
    /** Asks once, and reads the answer. */
    readonly turn: () => Promise<unknown>;
    readonly warmUp: () => Promise<void>;
  };
}

const answering = (model: LanguageModel) => ({
  turn: () => all(model.answer(answerRequest({ messages: [{ role: 'user', text: 'Hello' }] }))),
  warmUp: async () => model.warmUp?.(),
});

const speaking = (voice: TextToSpeech) => ({
  turn: () => all(voice.speak(speechRequest())),
  warmUp: async () => voice.warmUp?.(speechRequest()),
});

const CLIENTS: Readonly<Record<string, Client>> = {
  "OpenAI's language model": {
    start: startOpenAiEmulator,
    connect: (baseUrl) => answering(createOpenAiProviders({ apiKey: 'sk', baseUrl }).languageModel),
  },
  "OpenAI's language model by responses": {
    start: startOpenAiEmulator,
    connect: (baseUrl) =>
      answering(
        createOpenAiProviders({ apiKey: 'sk', baseUrl, languageModelApi: 'responses' }).languageModel,
      ),
  },
  "OpenAI's text to speech": {
    start: startOpenAiEmulator,
    connect: (baseUrl) => speaking(createOpenAiProviders({ apiKey: 'sk', baseUrl }).textToSpeech),
  },
  'a compatible language model': {
    start: startOpenAiEmulator,
    connect: (baseUrl) => answering(createCompatibleProviders({ baseUrl, model: 'llama' }).languageModel),
  },
  "Anthropic's language model": {
    start: startAnthropicEmulator,
    connect: (baseUrl) => answering(createAnthropicProviders({ apiKey: 'sk', baseUrl }).languageModel),
  },
};

/** undici goes by the clock that it finds at its first request: the clock is the tests' from the beginning. */
beforeAll(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
});

describe.each(Object.entries(CLIENTS))('a connection to %s', (_, { start, connect }) => {
  let emulator: Emulator;
  let client: ReturnType<Client['connect']>;
  beforeEach(async () => {
    emulator = await start();
    client = connect(emulator.baseUrl);
  });
  afterEach(() => emulator.close());

  /** undici takes a connection back one turn of the event loop after the answer's end. */
  const takenBack = async () => {
    await nextTurn();
    await nextTurn();
  };
  const turn = async () => {
    await client.turn();
    await takenBack();
  };

  it('serves the next turn, too, half a minute later', async () => {
    await turn();
    jest.advanceTimersByTime(30_000);
    await turn();
    expect(emulator.connections).toHaveLength(1);
  });

  it('is closed when nobody uses it for a minute', async () => {
    await turn();
    const closed = new Promise((resolve) => emulator.connections[0]?.once('close', resolve));
    jest.advanceTimersByTime(60_000);
    await closed;
    await turn();
    expect(emulator.connections).toHaveLength(2);
  });

  it('that breaks just as the next request comes costs it nothing', async () => {
    await turn();
    const [kept] = emulator.connections;
    kept?.prependOnceListener('data', () => resetSocket(kept));
    await turn();
    expect(emulator.connections).toHaveLength(2);
  });

  it('is opened before the first turn, where it is asked for', async () => {
    await client.warmUp();
    await takenBack();
    expect(emulator.connections).toHaveLength(1);
    expect(emulator.requests).toEqual([]);
    await turn();
    expect(emulator.connections).toHaveLength(1);
  });
});
