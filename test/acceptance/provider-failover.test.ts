import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TypedDocumentString } from '../../src/client/gql/graphql.js';
import type { CircuitEvent } from '../../src/domain/circuit/events.js';
import { circuitStream } from '../../src/domain/stream.js';
import { type AnthropicEmulator, startAnthropicEmulator } from '../emulators/anthropic/emulator.js';
import { type OpenAiEmulator, startOpenAiEmulator } from '../emulators/openai/emulator.js';
import { AtOnce } from '../support/at-once.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { type Call, eventsOf, TestCalls } from '../support/test-calls.js';

interface Health {
  readonly provider: string;
  readonly capability: string;
  readonly state: string;
  readonly failures: number;
  readonly lastError: string | null;
  readonly worker: string;
}

const PROVIDER_HEALTH = new TypedDocumentString<
  { readonly providerHealth: readonly Health[] },
  Record<string, never>
>('{ providerHealth { provider capability state failures lastError since worker } }');

/** A platform and two providers that aren't: breakers are a platform's own, and each test needs them closed. */
class World {
  private constructor(
    readonly openAi: OpenAiEmulator,
    readonly anthropic: AnthropicEmulator,
    readonly platform: TestPlatform,
  ) {}

  static async open(): Promise<World> {
    const openAi = await startOpenAiEmulator();
    const anthropic = await startAnthropicEmulator();
    const platform = await startTestPlatform({
      environment: {
        OPENAI_API_KEY: 'sk-test',
        OPENAI_BASE_URL: openAi.baseUrl,
        ANTHROPIC_API_KEY: 'sk-ant-test',
        ANTHROPIC_BASE_URL: anthropic.baseUrl,
        DEFAULT_PROVIDER: 'sandbox',
      },
    });
    return new World(openAi, anthropic, platform);
  }

  async close(): Promise<void> {
    await this.platform.close();
    await this.anthropic.close();
    await this.openAi.close();
  }

  async callsWith(settings: Record<string, unknown>): Promise<TestCalls> {
    const tenant = await createTestTenant(this.platform, {
      greeting: 'Hello!',
      systemPrompt: 'Be kind.',
      ...settings,
    });
    return new TestCalls(this.platform, tenant);
  }

  circuitEvents(capability: string): Promise<CircuitEvent[]> {
    return until('the circuit is recorded', async () => {
      const stream = circuitStream('openai', capability);
      const events = await this.platform.storage.ledger.readStream(stream);
      return events.length > 0 ? (events as unknown as CircuitEvent[]) : undefined;
    });
  }
}

const healthFor = async ({ client }: Pick<TestTenant, 'client'>, capability: string): Promise<Health> => {
  const { providerHealth } = await client.request(PROVIDER_HEALTH, {});
  const found = providerHealth.find((one) => one.provider === 'openai' && one.capability === capability);
  if (!found) throw new Error(`There is no health of openai's ${capability}.`);
  return found;
};

/** Providers that fail while somebody talks: official clients, real sockets, a call by a real media stream. */
describe('a call whose providers fail', () => {
  /** A call is mostly waiting. */
  const worlds = new AtOnce(3);
  beforeAll(() => worlds.start());
  afterAll(() => worlds.settled());

  const itInItsWorld = (name: string, test: (world: World) => Promise<void>): void => {
    const run = worlds.add(async () => {
      const world = await World.open();
      try {
        await test(world);
      } finally {
        await world.close();
      }
    });
    it(name, run);
  };

  const models = {
    languageModel: { provider: 'openai', fallbacks: [{ provider: 'anthropic' }] },
  };

  itInItsWorld(
    'is answered by the next model whatever the first one does, which is not asked any more in the end',
    async (world) => {
      const { openAi, anthropic, platform } = world;
      const calls = await world.callsWith(models);
      // Later than the end of the caller's turn: what fails before is only prepared, and asked for once more.
      const beforeHeaders = () => sleep(1_000);
      openAi.scripts.chat.push(
        { to: 'First', fault: 'hang' },
        { to: 'Second', fault: 'stall', text: 'We are open from eight in the morning, and later.' },
        { to: 'Third', fault: 'garbage', beforeHeaders },
        { to: 'Fourth', fault: 'reset', text: 'Yes', beforeHeaders },
        { to: 'Fifth', fault: 429, beforeHeaders },
      );
      anthropic.scripts.push({ to: 'Second', text: 'We are open from eight in the morning, until six.' });
      const ask = (...questions: readonly string[]) =>
        calls.talk([
          { waitForAgent: true },
          ...questions.flatMap((say) => [{ say }, { waitForAgent: true }]),
          { hangUp: true },
        ]);
      // The fifth failure is the one of the fifth question, and the sixth is asked right after it.
      const [hung, stalled, failing] = await Promise.all([
        ask('First?'),
        ask('Second?'),
        ask('Third?', 'Fourth?', 'Fifth?', 'Sixth?'),
      ]);
      for (const call of [hung, stalled, failing]) {
        expect(call).toMatchObject({ status: 'COMPLETED', endReason: 'CALLER_HUNG_UP' });
      }
      const heard = (call: Call) => call.turns.slice(1).map(({ agentHeardText }) => agentHeardText);
      expect(heard(hung)).toEqual(['You said: First?']);
      // Nothing is said twice, though the second model began anew.
      const [answer] = heard(stalled);
      expect(answer?.match(/open from eight/g)).toHaveLength(1);
      expect(answer).toMatch(/until six\.$/);
      expect(heard(failing)).toEqual(['Third', 'Fourth', 'Fifth', 'Sixth'].map((nth) => `You said: ${nth}?`));
      const failures = (call: Call) => eventsOf(call, 'ProviderFailed').map(({ error }) => error);
      expect(failures(hung)).toEqual(['deadline']);
      expect(failures(stalled)).toEqual(['deadline']);
      expect(failures(failing)).toEqual([
        expect.stringMatching(/before it was finished|isn't JSON/),
        expect.stringMatching(/lost the connection|broke off/),
        expect.stringMatching(/429/),
      ]);
      const failovers = (call: Call) =>
        eventsOf(call, 'ProviderFailedOver').map(({ from, to, reason }) => [from, to, reason]);
      expect(failovers(hung)).toEqual([['openai', 'anthropic', 'deadline']]);
      expect(failovers(stalled)).toEqual([['openai', 'anthropic', 'deadline']]);
      expect(failovers(failing)).toEqual([
        ['openai', 'anthropic', 'error'],
        ['openai', 'anthropic', 'error'],
        ['openai', 'anthropic', 'error'],
        ['openai', 'anthropic', 'circuit_open'],
      ]);
      expect(eventsOf(hung, 'TurnBudgetExceeded')[0]).toMatchObject({
        turn: 1,
        budgetMs: 2_000,
        slowestStage: 'model_first_token',
        provider: 'anthropic',
      });
      const askedOf = openAi.requests.map(({ body }) => JSON.stringify(body.messages ?? ''));
      expect(askedOf.filter((messages) => messages.includes('Sixth'))).toEqual([]);

      const [opened] = await world.circuitEvents('language_model');
      expect(opened).toMatchObject({
        type: 'CircuitOpened',
        data: { provider: 'openai', capability: 'language_model', failures: 5, retryInMs: 5_000 },
      });
      expect(await healthFor(calls.tenant, 'LANGUAGE_MODEL')).toMatchObject({
        failures: 5,
        worker: opened?.data.worker,
        // What a provider said in another tenant's call is none of this one's business.
        lastError: null,
      });
      expect(await healthFor({ client: platform.admin }, 'LANGUAGE_MODEL')).toMatchObject({
        state: expect.stringMatching(/OPEN/),
        lastError: expect.stringMatching(/429/),
      });
      expect(await healthFor(calls.tenant, 'TEXT_TO_SPEECH')).toMatchObject({ state: 'CLOSED', failures: 0 });
    },
  );

  itInItsWorld(
    'does not wait for a model whose key is refused, in any call after the first',
    async (world) => {
      const { openAi, anthropic } = world;
      const calls = await world.callsWith(models);
      openAi.scripts.chat.push({ fault: 401 });
      for (const text of ['One.', 'Two.']) anthropic.scripts.push({ text });
      const steps = [
        { waitForAgent: true },
        { say: 'A question?' },
        { waitForAgent: true },
        { hangUp: true },
      ];
      await calls.talk(steps);
      const call = await calls.talk(steps);
      expect(call.turns.at(-1)?.agentHeardText).toBe('Two.');
      expect(eventsOf(call, 'ProviderFailedOver')).toMatchObject([{ reason: 'circuit_open' }]);
      expect(openAi.requests.filter(({ endpoint }) => endpoint === 'chat')).toHaveLength(1);
      const [opened] = await world.circuitEvents('language_model');
      expect(opened).toMatchObject({ data: { failures: 1, retryInMs: 60_000 } });
    },
  );

  itInItsWorld('is spoken to the end by the next voice, and heard by the next ear', async (world) => {
    const { openAi, anthropic } = world;
    const calls = await world.callsWith({
      greeting: '',
      speechToText: { provider: 'openai', fallbacks: [{ provider: 'sandbox' }] },
      languageModel: { provider: 'anthropic' },
      textToSpeech: { provider: 'openai', fallbacks: [{ provider: 'sandbox' }] },
    });
    const answer = 'We are open from eight in the morning. Come and see us at any time you like!';
    anthropic.scripts.push({ text: answer });
    openAi.scripts.transcriptions.push({ fault: 401 });
    openAi.scripts.speech.push({}, { fault: 'reset' });
    const call = await calls.talk([
      { say: 'When are you open?', atOnce: true },
      { waitForAgent: true, afterAgentMs: 2_000 },
      { hangUp: true },
    ]);
    expect(call.turns).toMatchObject([
      { callerText: 'When are you open?', agentHeardText: answer, interrupted: false },
    ]);
    expect(eventsOf(call, 'ProviderFailedOver')).toMatchObject([
      { capability: 'speech_to_text', from: 'openai', to: 'sandbox', reason: 'error' },
      { capability: 'text_to_speech', from: 'openai', to: 'sandbox', reason: 'error' },
    ]);
    expect((await healthFor(calls.tenant, 'SPEECH_TO_TEXT')).state).toBe('OPEN');
    expect(await healthFor(calls.tenant, 'TEXT_TO_SPEECH')).toMatchObject({ state: 'CLOSED', failures: 1 });
  });

  itInItsWorld('ends, and says why, where no voice is left to say anything', async (world) => {
    const { openAi } = world;
    const calls = await world.callsWith({ greeting: '', textToSpeech: { provider: 'openai' } });
    openAi.scripts.speech.push({ fault: 401 });
    const call = await calls.talk([
      { say: 'Hello?', atOnce: true },
      { pauseMs: 4_000 },
      { say: 'Is anybody there?', atOnce: true },
      { pauseMs: 20_000 },
    ]);
    expect(call).toMatchObject({ status: 'FAILED', endReason: 'FAILED', endedBy: 'platform' });
    expect(call.failure).toMatchObject({ code: 'TEXT_TO_SPEECH_FAILED' });
    expect(openAi.requests.filter(({ endpoint }) => endpoint === 'speech')).toHaveLength(1);
  });

  itInItsWorld('is answered by the faster of two models where one is slow', async (world) => {
    const { openAi, anthropic } = world;
    const calls = await world.callsWith({ languageModel: { ...models.languageModel, hedgeAfterMs: 300 } });
    openAi.scripts.chat.push({ fault: 'hang' });
    anthropic.scripts.push({ text: 'I am faster.' });
    const call = await calls.talk([
      { waitForAgent: true },
      { say: 'A question?' },
      { waitForAgent: true },
      { pauseMs: 2_000 },
      { hangUp: true },
    ]);
    expect(call.turns.at(-1)?.agentHeardText).toBe('I am faster.');
    expect(eventsOf(call, 'ProviderFailedOver')).toMatchObject([{ reason: 'slower' }]);
    expect(eventsOf(call, 'AgentTurnComposed').at(-1)).toMatchObject({ abandonedAnswers: 1 });
    await openAi.requests.find(({ endpoint }) => endpoint === 'chat')?.hungUp;
    // Nobody waited for it, and its breaker counts that it hung.
    expect(await healthFor(calls.tenant, 'LANGUAGE_MODEL')).toMatchObject({ state: 'CLOSED', failures: 1 });
  });
});
