import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type RealtimeConversationEmulator,
  startRealtimeConversationEmulator,
} from '../emulators/openai/realtime-conversation.js';
import { AtOnce } from '../support/at-once.js';
import { createTestTenant, startTestPlatform, type TestPlatform } from '../support/platform.js';
import { startTcpProxy } from '../support/tcp-proxy.js';
import { type Call, eventsOf, TestCalls } from '../support/test-calls.js';
import { newCallSid } from '../support/twilio.js';

const GREETING = 'Hello there.';
const PROMPT = `You are Ada, the receptionist of Rosewood Dental.
On Saturday we are open from nine to one.`;
const LONG =
  'A check-up costs eighty dollars. It takes half an hour, and a cleaning is part of it every time you come.';
/** The stages are the sandbox's: they say what the model doesn't, and hold the call when it can't. */
const STAGE = { provider: 'sandbox' };

/** A platform whose model is OpenAI's, over a real socket. */
class World {
  private constructor(
    readonly openAi: RealtimeConversationEmulator,
    readonly platform: TestPlatform,
  ) {}

  static async open(): Promise<World> {
    const openAi = await startRealtimeConversationEmulator();
    const environment = {
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: openAi.baseUrl,
      DEFAULT_PROVIDER: 'sandbox',
    };
    return new World(openAi, await startTestPlatform({ environment }));
  }

  async close(): Promise<void> {
    await this.platform.close();
    await this.openAi.close();
  }

  /** `name` tells its sockets from those of the others. */
  async agent(name: string, settings: Record<string, unknown> = {}): Promise<TestCalls> {
    const tenant = await createTestTenant(this.platform, {
      greeting: GREETING,
      systemPrompt: `${PROMPT}\nYour line is for ${name}.`,
      speechToSpeech: { provider: 'openai', voice: 'cedar' },
      speechToText: STAGE,
      languageModel: STAGE,
      textToSpeech: STAGE,
      ...settings,
    });
    return new TestCalls(this.platform, tenant);
  }

  /** The sockets of this agent, and what the model knows on each. */
  socketsOf(name: string) {
    return this.openAi.sockets.flatMap((served, number) => {
      const isHis = JSON.stringify(served.received[0] ?? '').includes(`Your line is for ${name}.`);
      const conversation = this.openAi.conversations[number];
      return isHis && conversation ? [{ served, conversation }] : [];
    });
  }
}

const untilAnswered = (calls: TestCalls, callSid: string): Promise<unknown> =>
  calls.until(callSid, 'the first answer is heard', ({ turns }) => turns[1]?.agentHeardText != null);

/** A call with a model that hears and speaks by itself, over a real socket. */
describe('a call with a model that hears and speaks', () => {
  let world: World;
  let refusing: World;
  let hanging: World;
  let keyless: TestPlatform;
  /** The longest come first. */
  const calls = new AtOnce(7);
  beforeAll(async () => {
    [world, refusing, hanging, keyless] = await Promise.all([
      World.open(),
      World.open(),
      World.open(),
      startTestPlatform(),
    ]);
    calls.start();
  });
  afterAll(async () => {
    await calls.settled();
    await Promise.all([world.close(), refusing.close(), hanging.close(), keyless.close()]);
  });

  describe('that fails', () => {
    const broken = (fault: 'close' | 'failed') =>
      calls.add(async () => {
        const text = 'On Saturday we are open from nine until late at night.';
        world.openAi.answers.push({ to: `When may I come to ${fault}?`, text, fault });
        const agent = await world.agent(fault, { languageModel: { ...STAGE, maxTokens: 4 } });
        return agent.talk([
          { waitForAgent: true },
          { say: `When may I come to ${fault}?` },
          { waitForAgent: true, afterAgentMs: 1_500 },
          { say: 'And how much?' },
          { waitForAgent: true },
          { hangUp: true },
        ]);
      });
    it.each([
      ['close', broken('close')],
      ['failed', broken('failed')],
    ] as const)('goes on with the three stages after %s in mid-answer', async (_, talked) => {
      const call = await talked();
      expect(call).toMatchObject({ status: 'COMPLETED', endReason: 'CALLER_HUNG_UP', failure: null });
      const [, first, second] = call.turns;
      expect(first?.agentHeardText).toMatch(/^On Saturday we are/);
      expect(first?.agentHeardText).toBe(first?.agentText);
      expect(second?.agentHeardText?.length).toBeGreaterThan(5);
      expect(eventsOf(call, 'ProviderFailed')).toContainEqual(
        expect.objectContaining({ turn: 1, capability: 'language_model', provider: 'openai' }),
      );
      expect(eventsOf(call, 'ProviderFailedOver')).toContainEqual(
        expect.objectContaining({ turn: 1, capability: 'language_model', from: 'openai', to: 'sandbox' }),
      );
    });

    const neverThere = (fault: 401 | 'hang', which: () => World) =>
      calls.add(async (): Promise<Call> => {
        const { openAi } = which();
        for (let socket = 0; socket < 20; socket++) openAi.faults.push(fault);
        return (await which().agent('nobody')).talk([
          { waitForAgent: true },
          { say: 'Are you open on Saturday?' },
          { waitForAgent: true },
          { hangUp: true },
        ]);
      });
    it.each([
      [401, neverThere(401, () => refusing)],
      ['hang', neverThere('hang', () => hanging)],
    ] as const)(
      'is held by the three stages from the beginning when OpenAI answers %s',
      async (_, talked) => {
        const call = await talked();
        expect(call).toMatchObject({ status: 'COMPLETED', endReason: 'CALLER_HUNG_UP' });
        expect(call.turns[0]?.agentHeardText).toBe(GREETING);
        expect(call.turns[1]).toMatchObject({
          callerText: 'Are you open on Saturday?',
          agentHeardText: expect.stringContaining('from nine to one'),
        });
      },
    );
  });

  describe('that works', () => {
    const whole = calls.add(async () => {
      world.openAi.answers.push(
        { to: 'What does a check-up cost?', text: LONG },
        { to: 'Stop, are you open', text: 'On Saturday until one.' },
        { to: 'That is all.', text: 'Goodbye!', toolCalls: [{ name: 'end_call', arguments: '{}' }] },
      );
      return (await world.agent('whole calls')).talk([
        { waitForAgent: true },
        { say: 'What does a check-up cost?' },
        { interrupt: 'Stop, are you open on Saturday?', afterMs: 2_500 },
        { say: 'That is all.' },
        { pauseMs: 6_000 },
      ]);
    });
    it('is greeted, answered, interrupted and hung up, with the same events as any other', async () => {
      const call = await whole();
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
      expect(heard.length).toBeGreaterThan(20);
      expect(heard.length).toBeLessThan(LONG.length);
      expect(second).toMatchObject({
        callerText: 'Stop, are you open on Saturday?',
        agentHeardText: 'On Saturday until one.',
        interrupted: false,
      });
      expect(third).toMatchObject({ callerText: 'That is all.', agentHeardText: 'Goodbye!' });

      const [, spoken] = call.events.nodes.filter(({ type }) => /Spoken$/.test(type));
      const heardMs = (spoken?.data as { heardMs?: number } | undefined)?.heardMs;
      const sockets = world.socketsOf('whole calls');
      expect(sockets).toHaveLength(1);
      const { lines = [], items = [] } = sockets[0]?.conversation ?? {};
      expect(lines).toEqual([
        `agent: ${GREETING}`,
        'caller: What does a check-up cost?',
        `agent: [${heardMs} ms]`,
        'caller: Stop, are you open on Saturday?',
        'agent: On Saturday until one.',
        'caller: That is all.',
        'agent: Goodbye!',
        'call: end_call {}',
      ]);
      expect(items.filter(({ from }) => from === 'caller')).toEqual([
        expect.objectContaining({ isAudio: true }),
        expect.objectContaining({ isAudio: true }),
        expect.objectContaining({ isAudio: true }),
      ]);
      const composed = eventsOf(call, 'AgentTurnComposed');
      expect(composed[0]).toMatchObject({ turn: 1, usage: { inputTokens: 100, outputTokens: 20 } });
      expect(eventsOf(call, 'ToolCalled')).toMatchObject([{ turn: 3, name: 'end_call' }]);
      expect(eventsOf(call, 'ToolReturned')).toMatchObject([{ turn: 3, ok: true }]);
      expect(first?.latency).toMatchObject({
        modelFirstTokenMs: expect.any(Number),
        responseMs: expect.any(Number),
      });
    });

    const expired = calls.add(async () => {
      world.openAi.answers.push(
        { to: 'Hello, who is there?', text: 'Hello to you.' },
        { to: 'Are you still there?', text: 'Still here.' },
      );
      const agent = await world.agent('an hour');
      const callSid = newCallSid();
      const placed = agent.place(
        [
          { waitForAgent: true },
          { say: 'Hello, who is there?' },
          { waitForAgent: true },
          { pauseMs: 4_000 },
          { say: 'Are you still there?' },
          { waitForAgent: true },
          { hangUp: true },
        ],
        { callSid },
      );
      await untilAnswered(agent, callSid);
      const [socket] = world.socketsOf('an hour');
      const error = { type: 'invalid_request_error', code: 'session_expired' };
      socket?.served.send({ type: 'error', error });
      await placed;
      return agent.ended(callSid);
    });
    it('goes on after its hour is over, and knows what was said', async () => {
      const call = await expired();
      expect(call.turns[2]).toMatchObject({
        callerText: 'Are you still there?',
        agentHeardText: 'Still here.',
      });
      expect(eventsOf(call, 'ProviderFailed')).toEqual([]);
      expect(world.socketsOf('an hour')[1]?.conversation.lines).toEqual([
        `agent: ${GREETING}`,
        'caller: Hello, who is there?',
        'agent: Hello to you.',
        'caller: Are you still there?',
        'agent: Still here.',
      ]);
    });

    const broken = calls.add(async () => {
      world.openAi.answers.push(
        { to: 'And on Saturday?', text: 'Until one.' },
        { to: 'Thank you!', text: 'You are welcome.' },
      );
      const agent = await world.agent('broken lines');
      const line = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(world.platform.url).port) });
      const callSid = newCallSid();
      const placed = agent.place(
        [
          { waitForAgent: true },
          { say: 'And on Saturday?' },
          { waitForAgent: true },
          { pauseMs: 4_000 },
          { say: 'Thank you!' },
          { waitForAgent: true },
          { hangUp: true },
        ],
        { callSid, platformUrl: line.urlOf(world.platform.url) },
      );
      await untilAnswered(agent, callSid);
      await line.cut();
      await line.restore();
      await placed;
      const call = await agent.ended(callSid);
      await line.close();
      return call;
    });
    it('is taken up by the next attempt: the model is told what was said, and nobody is greeted again', async () => {
      const call = await broken();
      expect(call).toMatchObject({ mediaAttempts: 2, endReason: 'CALLER_HUNG_UP' });
      expect(eventsOf(call, 'GreetingStarted')).toHaveLength(1);
      expect(eventsOf(call, 'CallResumed')).toHaveLength(1);
      expect(world.socketsOf('broken lines')[1]?.conversation.lines).toEqual([
        `agent: ${GREETING}`,
        'caller: And on Saturday?',
        'agent: Until one.',
        'caller: Thank you!',
        'agent: You are welcome.',
      ]);
    });

    const keyed = calls.add(async () => {
      world.openAi.answers.push({ to: 'pressed 1 ', text: 'You pressed one.' });
      const agent = await world.agent('keys', { silenceTimeoutMs: 4_000 });
      return agent.talk([
        { waitForAgent: true },
        { press: '1#' },
        { waitForAgent: true },
        { pauseMs: 3_000 },
        { hangUp: true },
      ]);
    });
    it('hears keys, and asks a silent caller', async () => {
      const call = await keyed();
      expect(call.turns[1]).toMatchObject({ callerKeys: '1', agentHeardText: 'You pressed one.' });
      const [socket] = world.socketsOf('keys');
      expect(socket?.conversation.lines).toContain('caller: [The caller pressed 1 on the keypad.]');
      expect(eventsOf(call, 'SilencePrompted')).toMatchObject([{ rung: 1 }]);
    });

    const itsTurns = calls.add(async () =>
      (await world.agent('its own turns', { turnTaking: { detection: 'PROVIDER' } })).talk([
        { waitForAgent: true },
        { say: 'Are you open on Saturday?' },
        { waitForAgent: true },
        { hangUp: true },
      ]),
    );
    it('may leave it to the model when the caller is done', async () => {
      const call = await itsTurns();
      expect(call.turns[1]).toMatchObject({
        callerText: 'Are you open on Saturday?',
        agentHeardText: 'You said: Are you open on Saturday?',
      });
      const [socket] = world.socketsOf('its own turns');
      expect(socket?.served.received[0]).toMatchObject({
        session: {
          audio: { input: { turn_detection: { type: 'semantic_vad' } }, output: { voice: 'cedar' } },
          instructions: expect.stringContaining(PROMPT),
        },
      });
      expect(socket?.served.commands).not.toContain('input_audio_buffer.commit');
    });
  });

  const withoutKey = calls.add(async () => {
    const tenant = await createTestTenant(keyless, {
      greeting: GREETING,
      systemPrompt: PROMPT,
      speechToSpeech: { provider: 'sandbox' },
    });
    const agent = new TestCalls(keyless, tenant);
    const report = await agent.place([
      { waitForAgent: true },
      { say: 'Are you open on Saturday?' },
      { waitForAgent: true },
      { hangUp: true },
    ]);
    return { report, call: await agent.ended(report.callSid) };
  });
  it("works without a key, with the sandbox's model", async () => {
    const { report, call } = await withoutKey();
    expect(report).toMatchObject({ ok: true, outcome: 'completed', unanswered: 0 });
    expect(call.turns[1]).toMatchObject({
      callerText: 'Are you open on Saturday?',
      agentHeardText: expect.stringContaining('from nine to one'),
    });
  });
});
