import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Endpoint, type OpenAiEmulator, startOpenAiEmulator } from '../emulators/openai/emulator.js';
import { AtOnce } from '../support/at-once.js';
import { createTestTenant, startTestPlatform, type TestPlatform } from '../support/platform.js';
import { type Call, eventsOf, TestCalls } from '../support/test-calls.js';

const GREETING = 'Rosewood Dental, hello.';
const PROMPT = 'You are the receptionist of Rosewood Dental.';
const LONG =
  'A check-up costs eighty dollars. It takes half an hour, and a cleaning is part of it every time.';

/** A platform whose provider is OpenAI: the official client, on a real socket. What is scripted is for one call. */
class World {
  private constructor(
    readonly openAi: OpenAiEmulator,
    readonly platform: TestPlatform,
    readonly calls: TestCalls,
  ) {}

  static async open(): Promise<World> {
    const openAi = await startOpenAiEmulator();
    const platform = await startTestPlatform({
      environment: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: openAi.baseUrl },
    });
    const tenant = await createTestTenant(platform, { greeting: GREETING, systemPrompt: PROMPT });
    return new World(openAi, platform, new TestCalls(platform, tenant));
  }

  async close(): Promise<void> {
    await this.platform.close();
    await this.openAi.close();
  }

  sentTo(endpoint: Endpoint) {
    return this.openAi.requests.filter((request) => request.endpoint === endpoint).map(({ body }) => body);
  }
}

describe('a call with OpenAI', () => {
  const worlds: World[] = [];
  const calls = new AtOnce();
  beforeAll(() => calls.start());
  afterAll(async () => {
    await calls.settled();
    await Promise.all(worlds.map((world) => world.close()));
  });

  const inWorld = (talk: (world: World) => Promise<Call>) =>
    calls.add(async () => {
      const world = await World.open();
      worlds.push(world);
      return { world, call: await talk(world) };
    });

  const whole = inWorld(({ openAi, calls }) => {
    openAi.scripts.transcriptions.push(
      { text: 'What does a check-up cost?' },
      { text: 'Stop, are you open on Saturday?' },
      { text: 'Goodbye.' },
    );
    openAi.scripts.chat.push(
      { text: LONG },
      { text: 'On Saturday until one.' },
      { text: 'Goodbye!', toolCalls: [{ name: 'end_call', arguments: '{}' }] },
    );
    return calls.talk([
      { waitForAgent: true },
      { say: 'What does a check-up cost?' },
      { interrupt: 'Stop, are you open on Saturday?', afterMs: 2_500 },
      { say: 'Goodbye.' },
      { pauseMs: 6_000 },
    ]);
  });
  it('is transcribed, answered and spoken; the model is told what was heard, and hangs up', async () => {
    const { world, call } = await whole();
    expect(call).toMatchObject({
      status: 'COMPLETED',
      endReason: 'AGENT_ENDED',
      endedBy: 'agent',
      failure: null,
    });
    const [greeting, first, second, third] = call.turns;
    expect(greeting?.agentHeardText).toBe(GREETING);
    expect(first).toMatchObject({
      callerText: 'What does a check-up cost?',
      agentText: LONG,
      interrupted: true,
    });
    const heard = first?.agentHeardText ?? '';
    expect(LONG.startsWith(heard)).toBe(true);
    expect(heard.length).toBeGreaterThan(10);
    expect(heard.length).toBeLessThan(LONG.length);
    expect(second).toMatchObject({
      callerText: 'Stop, are you open on Saturday?',
      agentHeardText: 'On Saturday until one.',
      interrupted: false,
    });
    expect(third).toMatchObject({ callerText: 'Goodbye.', agentHeardText: 'Goodbye!' });

    const messages = world.sentTo('chat').map((body) => body.messages);
    const said = (role: string, content: string) => ({ role, content });
    const conversation = [
      said('system', PROMPT),
      said('assistant', GREETING),
      said('user', 'What does a check-up cost?'),
    ];
    expect(messages[0]).toEqual(conversation);
    conversation.push(said('assistant', `${heard} —`), said('user', 'Stop, are you open on Saturday?'));
    expect(messages[1]).toEqual(conversation);
    conversation.push(said('assistant', 'On Saturday until one.'), said('user', 'Goodbye.'));
    expect(messages[2]).toEqual(conversation);
    expect(
      world
        .sentTo('speech')
        .map(({ input }) => input)
        .join(' '),
    ).toContain('On Saturday until one.');

    expect(eventsOf(call, 'AgentTurnComposed').map(({ usage }) => usage)).toEqual([
      { inputTokens: 15, outputTokens: 19 },
      expect.anything(),
      expect.anything(),
    ]);
  });

  const oneFailure = inWorld(({ openAi, calls }) => {
    openAi.scripts.transcriptions.push({ text: 'Are you open?' }, { text: 'Are you open today?' });
    openAi.scripts.chat.push({ to: 'Are you open?', fault: 429 }, { text: 'We are open.' });
    return calls.talk([
      { waitForAgent: true },
      { say: 'Are you open?' },
      { say: 'Are you open today?' },
      { hangUp: true },
    ]);
  });
  it('apologizes when the model fails, and goes on', async () => {
    const { call } = await oneFailure();
    expect(call).toMatchObject({ status: 'COMPLETED', endReason: 'CALLER_HUNG_UP', failure: null });
    expect(call.turns.map(({ agentHeardText }) => agentHeardText)).toEqual([
      GREETING,
      'Sorry, something went wrong on my side. Could you say that again?',
      'We are open.',
    ]);
    expect(eventsOf(call, 'ProviderFailed')).toEqual([
      expect.objectContaining({ turn: 1, capability: 'language_model', provider: 'openai' }),
    ]);
  });

  const madeUp = inWorld(({ openAi, calls }) => {
    const call = {
      index: 0,
      id: 'functions.look up:0',
      function: { name: 'functions.look up', arguments: '{"day": "Sat' },
    };
    const chunk = { delta: { tool_calls: [call] }, finish_reason: 'tool_calls' };
    openAi.scripts.transcriptions.push({ text: 'Are you open?' }, { text: 'Are you open today?' });
    openAi.scripts.chat.push(
      { to: 'Are you open?', data: [{ choices: [chunk] }, '[DONE]'] },
      { to: 'there is no tool', text: 'We are open.' },
      { to: 'Are you open today?', text: 'Today until one.' },
    );
    return calls.talk([
      { waitForAgent: true },
      { say: 'Are you open?' },
      { say: 'Are you open today?' },
      { hangUp: true },
    ]);
  });
  it('is not spoiled by a tool call that the model made up and no provider takes', async () => {
    const { call } = await madeUp();
    expect(eventsOf(call, 'ToolCalled')).toMatchObject([
      { toolCallId: 'functions.look up:0', name: 'functions.look up', arguments: '{"day": "Sat' },
    ]);
    expect(eventsOf(call, 'ProviderFailed')).toEqual([]);
    expect(call.turns.map(({ agentHeardText }) => agentHeardText)).toEqual([
      GREETING,
      'We are open.',
      'Today until one.',
    ]);
  });

  const endless = inWorld(({ openAi, calls }) => {
    const toolCalls = [{ name: 'look_up', arguments: '{}' }];
    openAi.scripts.transcriptions.push({ text: 'Are you open?' }, { text: 'Are you open today?' });
    openAi.scripts.chat.push({ to: 'Are you open?', toolCalls });
    for (let at = 0; at < 9; at++) openAi.scripts.chat.push({ to: 'there is no tool', toolCalls });
    openAi.scripts.chat.push({ to: 'Are you open today?', text: 'Today until one.' });
    return calls.talk([
      { waitForAgent: true },
      { say: 'Are you open?' },
      { say: 'Are you open today?' },
      { hangUp: true },
    ]);
  });
  it('apologizes when the model calls tools again and again, and goes on', async () => {
    const { call } = await endless();
    expect(eventsOf(call, 'ToolCalled')).toHaveLength(4);
    expect(call.turns.map(({ agentHeardText }) => agentHeardText)).toEqual([
      GREETING,
      'Sorry, something went wrong on my side. Could you say that again?',
      'Today until one.',
    ]);
    expect(eventsOf(call, 'ProviderFailed')).toMatchObject([
      { turn: 1, provider: 'openai', error: 'calls tools again and again' },
    ]);
  });

  const failures = inWorld(({ openAi, calls }) => {
    for (let at = 0; at < 3; at++) {
      openAi.scripts.transcriptions.push({ text: `Are you open, number ${at}?` });
      openAi.scripts.chat.push({ fault: 401 });
    }
    return calls.talk([
      { waitForAgent: true },
      { say: 'Are you open?' },
      { say: 'Are you open?' },
      { say: 'Are you open?' },
      { pauseMs: 8_000 },
    ]);
  });
  it('ends, and says why, when the model fails again and again', async () => {
    const { call } = await failures();
    expect(call).toMatchObject({ status: 'FAILED', endReason: 'FAILED', endedBy: 'platform' });
    expect(call.failure).toEqual({
      code: 'LANGUAGE_MODEL_FAILED',
      message: expect.stringMatching(/^openai: .*401/),
    });
    expect(call.turns.at(-1)?.agentHeardText).toMatch(/Please try again later/);
  });
});
