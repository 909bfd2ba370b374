import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createAnthropicProviders } from '../../src/providers/anthropic/anthropic-providers.js';
import { createCompatibleProviders } from '../../src/providers/compatible/compatible-providers.js';
import { createOpenAiProviders } from '../../src/providers/openai/openai-providers.js';
import { startAnthropicEmulator } from '../emulators/anthropic/emulator.js';
import type { HttpServer } from '../emulators/http-server.js';
import { startOpenAiEmulator } from '../emulators/openai/emulator.js';
import { all } from '../emulators/openai/reading.js';
import { answerRequest, speechRequest } from '../support/provider-requests.js';
import { resetSocket } from '../support/reset-socket.js';

type Emulator = Pick<HttpServer, 'connections' | 'close'> & { readonly baseUrl: string };

interface Client {
  readonly start: () => Promise<Emulator>;
  /** What asks it once, and reads the answer. */
  readonly ask: (baseUrl: string) => () => Promise<unknown>;
}

const question = () => answerRequest({ messages: [{ role: 'user', text: 'Hello' }] });

const CLIENTS: Readonly<Record<string, Client>> = {
  "OpenAI's language model": {
    start: startOpenAiEmulator,
    ask: (baseUrl) => {
      const { languageModel } = createOpenAiProviders({ apiKey: 'sk', baseUrl });
      return () => all(languageModel.answer(question()));
    },
  },
  "OpenAI's language model by responses": {
    start: startOpenAiEmulator,
    ask: (baseUrl) => {
      const { languageModel } = createOpenAiProviders({
        apiKey: 'sk',
        baseUrl,
        languageModelApi: 'responses',
      });
      return () => all(languageModel.answer(question()));
    },
  },
  "OpenAI's text to speech": {
    start: startOpenAiEmulator,
    ask: (baseUrl) => {
      const { textToSpeech } = createOpenAiProviders({ apiKey: 'sk', baseUrl });
      return () => all(textToSpeech.speak(speechRequest()));
    },
  },
  'a compatible language model': {
    start: startOpenAiEmulator,
    ask: (baseUrl) => {
      const { languageModel } = createCompatibleProviders({ baseUrl, model: 'llama' });
      return () => all(languageModel.answer(question()));
    },
  },
  "Anthropic's language model": {
    start: startAnthropicEmulator,
    ask: (baseUrl) => {
      const { languageModel } = createAnthropicProviders({ apiKey: 'sk', baseUrl });
      return () => all(languageModel.answer(question()));
    },
  },
};

/** undici goes by the clock that it finds at its first request: the clock is the tests' from the beginning. */
beforeAll(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
});

describe.each(Object.entries(CLIENTS))('a connection to %s', (_, { start, ask }) => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  const asking = async () => {
    emulator = await start();
    const turn = ask(emulator.baseUrl);
    return async () => {
      await turn();
      // undici takes a connection back one turn of the event loop after the answer's end.
      await nextTurn();
      await nextTurn();
    };
  };

  it('serves the next turn, too, half a minute later', async () => {
    const turn = await asking();
    await turn();
    jest.advanceTimersByTime(30_000);
    await turn();
    expect(emulator.connections).toHaveLength(1);
  });

  it('is closed when nobody uses it for a minute', async () => {
    const turn = await asking();
    await turn();
    const closed = new Promise((resolve) => emulator.connections[0]?.once('close', resolve));
    jest.advanceTimersByTime(60_000);
    await closed;
    await turn();
    expect(emulator.connections).toHaveLength(2);
  });

  it('that breaks just as the next request comes costs it nothing', async () => {
    const turn = await asking();
    await turn();
    const [kept] = emulator.connections;
    kept?.prependOnceListener('data', () => resetSocket(kept));
    await turn();
    expect(emulator.connections).toHaveLength(2);
  });
});
