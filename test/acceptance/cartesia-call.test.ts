import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphql } from '../../src/client/gql/gql.js';
import { type CartesiaEmulator, startCartesiaEmulator } from '../emulators/cartesia/emulator.js';
import { type OpenAiEmulator, startOpenAiEmulator } from '../emulators/openai/emulator.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { TestCalls } from '../support/test-calls.js';

const UsageOf = graphql(`
  query UsageOf($callSid: CallSid!) {
    call(callSid: $callSid) {
      id
      usage {
        capability
        provider
        model
        requests
        heardMs
        characters
        spokenMs
        inputTokens
        outputTokens
      }
    }
  }
`);

const HOURS = 'Yes, we are open then. Come at nine. It is quiet then.';
const COFFEE = 'Of course it is. And the cake?';

/** A call whose agent speaks with Cartesia's voice, over a real socket. */
describe('a call with a voice that goes on as it spoke before', () => {
  let cartesia: CartesiaEmulator;
  let model: OpenAiEmulator;
  let platform: TestPlatform;
  let tenant: TestTenant;

  beforeAll(async () => {
    cartesia = await startCartesiaEmulator();
    model = await startOpenAiEmulator();
    platform = await startTestPlatform({
      environment: {
        CARTESIA_API_KEY: 'sk_car_test',
        CARTESIA_BASE_URL: cartesia.origin,
        COMPATIBLE_BASE_URL: model.baseUrl,
        COMPATIBLE_LANGUAGE_MODEL: 'llama',
      },
    });
    tenant = await createTestTenant(platform, {
      greeting: '',
      textToSpeech: { provider: 'cartesia' },
      languageModel: { provider: 'compatible' },
    });
  });

  afterAll(async () => {
    await platform.close();
    await cartesia.close();
    await model.close();
  });

  /** What was said in each context. */
  const said = (): readonly string[] => {
    const texts = new Map<unknown, string>();
    for (const { received } of cartesia.sockets) {
      for (const request of received) {
        if (!('context_id' in request)) continue;
        const { context_id, transcript } = request;
        texts.set(context_id, `${texts.get(context_id) ?? ''}${transcript ?? ''}`);
      }
    }
    return [...texts.values()].map((text) => text.trim());
  };

  const usageOf = (callSid: string) =>
    until('what was used is told', async () => {
      const { call } = await tenant.client.request(UsageOf, { callSid });
      return call?.usage ?? undefined;
    });

  it('says an answer of several sentences in one context, and the next answer in another', async () => {
    model.scripts.chat.push({ to: 'Saturday', text: HOURS }, { to: 'coffee', text: COFFEE });
    const call = await new TestCalls(platform, tenant).talk([
      { say: 'Are you open on Saturday?', atOnce: true },
      { say: 'Is the coffee free?' },
      { hangUp: true },
    ]);
    expect(call.turns.flatMap(({ agentHeardText }) => agentHeardText ?? [])).toEqual([HOURS, COFFEE]);
    expect(said()).toEqual(expect.arrayContaining([HOURS, COFFEE]));
    const usage = await usageOf(call.callSid);
    const notTold = {
      model: null,
      heardMs: null,
      characters: null,
      spokenMs: null,
      inputTokens: null,
      outputTokens: null,
    };
    const characters = (HOURS + COFFEE).length - ' '.length * 2;
    expect(usage).toEqual([
      {
        ...notTold,
        capability: 'SPEECH_TO_TEXT',
        provider: 'sandbox',
        requests: 1,
        heardMs: expect.any(Number),
      },
      {
        ...notTold,
        capability: 'LANGUAGE_MODEL',
        provider: 'compatible',
        model: 'llama',
        requests: expect.any(Number),
        inputTokens: expect.any(Number),
        outputTokens: expect.any(Number),
      },
      {
        ...notTold,
        capability: 'TEXT_TO_SPEECH',
        provider: 'cartesia',
        model: 'sonic-3',
        requests: 4,
        characters,
        spokenMs: characters * 60,
      },
    ]);
  });
});
