import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallBySidQuery } from '../../src/client/gql/graphql.js';
import { CallBySid } from '../../src/client/operations.js';
import { placeCall } from '../../src/simulator/place-call.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import { type Endpoint, type OpenAiEmulator, startOpenAiEmulator } from '../emulators/openai/emulator.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  TWILIO_AUTH_TOKEN,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { CALLER, newCallSid } from '../support/twilio.js';

type Call = NonNullable<CallBySidQuery['call']>;

const GREETING = 'Rosewood Dental, hello.';
const PROMPT = 'You are the receptionist of Rosewood Dental.';

/** A call with a platform whose provider is OpenAI: the official client, on a real socket. */
describe('a call with OpenAI', () => {
  let openAi: OpenAiEmulator;
  let platform: TestPlatform;
  let tenant: TestTenant;
  beforeEach(async () => {
    openAi = await startOpenAiEmulator();
    platform = await startTestPlatform({
      environment: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: openAi.baseUrl },
    });
    tenant = await createTestTenant(platform, { greeting: GREETING, systemPrompt: PROMPT });
  });
  afterEach(async () => {
    await platform.close();
    await openAi.close();
  });

  const talk = async (steps: readonly object[]): Promise<Call> => {
    const callSid = newCallSid();
    await placeCall({
      platformUrl: platform.url,
      authToken: TWILIO_AUTH_TOKEN,
      callSid,
      from: CALLER,
      to: tenant.number,
      scenario: parseScenario({ name: 'test', steps }, 'the test'),
    });
    return until('the call has ended', async () => {
      const { call } = await tenant.client.request(CallBySid, { callSid });
      return call?.endReason && call.carrierDurationSeconds != null ? call : undefined;
    });
  };

  const sentTo = (endpoint: Endpoint) =>
    openAi.requests.filter((request) => request.endpoint === endpoint).map(({ body }) => body);

  it('is transcribed, answered and spoken; the model is told what was heard, and hangs up', async () => {
    openAi.scripts.transcriptions.push(
      { text: 'What does a check-up cost?' },
      { text: 'Stop, are you open on Saturday?' },
      { text: 'Goodbye.' },
    );
    const long =
      'A check-up costs eighty dollars. It takes half an hour, and a cleaning is part of it every time.';
    openAi.scripts.chat.push(
      { text: long },
      { text: 'On Saturday until one.' },
      { text: 'Goodbye!', toolCalls: [{ name: 'end_call', arguments: '{}' }] },
    );
    const call = await talk([
      { waitForAgent: true },
      { say: 'What does a check-up cost?' },
      { interrupt: 'Stop, are you open on Saturday?', afterMs: 2_500 },
      { say: 'Goodbye.' },
      { pauseMs: 6_000 },
    ]);
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
      agentText: long,
      interrupted: true,
    });
    const heard = first?.agentHeardText ?? '';
    expect(long.startsWith(heard)).toBe(true);
    expect(heard.length).toBeGreaterThan(10);
    expect(heard.length).toBeLessThan(long.length);
    expect(second).toMatchObject({
      callerText: 'Stop, are you open on Saturday?',
      agentHeardText: 'On Saturday until one.',
      interrupted: false,
    });
    expect(third).toMatchObject({ callerText: 'Goodbye.', agentHeardText: 'Goodbye!' });

    const messages = sentTo('chat').map((body) => body.messages);
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
      sentTo('speech')
        .map(({ input }) => input)
        .join(' '),
    ).toContain('On Saturday until one.');

    const composed = call.events.nodes.filter(({ type }) => type === 'AgentTurnComposed');
    expect(composed.map(({ data }) => (data as { usage: unknown }).usage)).toEqual([
      { inputTokens: 15, outputTokens: 19 },
      expect.anything(),
      expect.anything(),
    ]);
  });

  it('apologizes when the model fails, and goes on', async () => {
    openAi.scripts.transcriptions.push({ text: 'Are you open?' }, { text: 'Are you open today?' });
    openAi.scripts.chat.push({ fault: 401 }, { text: 'We are open.' });
    const call = await talk([
      { waitForAgent: true },
      { say: 'Are you open?' },
      { say: 'Are you open today?' },
      { hangUp: true },
    ]);
    expect(call).toMatchObject({ status: 'COMPLETED', endReason: 'CALLER_HUNG_UP', failure: null });
    expect(call.turns.map(({ agentHeardText }) => agentHeardText)).toEqual([
      GREETING,
      'Sorry, something went wrong on my side. Could you say that again?',
      'We are open.',
    ]);
    const failed = call.events.nodes.filter(({ type }) => type === 'ProviderFailed');
    expect(failed.map(({ data }) => data)).toEqual([
      expect.objectContaining({ turn: 1, capability: 'language_model', provider: 'openai' }),
    ]);
  });

  it('ends, and says why, when the model fails again and again', async () => {
    for (let at = 0; at < 3; at++) {
      openAi.scripts.transcriptions.push({ text: `Are you open, number ${at}?` });
      openAi.scripts.chat.push({ fault: 401 });
    }
    const call = await talk([
      { waitForAgent: true },
      { say: 'Are you open?' },
      { say: 'Are you open?' },
      { say: 'Are you open?' },
      { pauseMs: 8_000 },
    ]);
    expect(call).toMatchObject({ status: 'FAILED', endReason: 'FAILED', endedBy: 'platform' });
    expect(call.failure).toEqual({
      code: 'LANGUAGE_MODEL_FAILED',
      message: expect.stringMatching(/^openai: .*401/),
    });
    expect(call.turns.at(-1)?.agentHeardText).toMatch(/Please try again later/);
  });
});
