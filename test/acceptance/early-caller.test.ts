import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallBySid } from '../../src/client/operations.js';
import { placeCall } from '../../src/simulator/place-call.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import { type OpenAiEmulator, startOpenAiEmulator } from '../emulators/openai/emulator.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  TWILIO_AUTH_TOKEN,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { CALLER, newCallSid } from '../support/twilio.js';

/**
 * In the agent's first 3 s all voice may be its echo, and a speech-to-text of whole utterances gives no word until it's
 * asked for one.
 */
describe('a caller who talks only in the first seconds of the agent', () => {
  let openAi: OpenAiEmulator;
  let platform: TestPlatform;
  beforeAll(async () => {
    openAi = await startOpenAiEmulator();
    platform = await startTestPlatform({
      environment: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: openAi.baseUrl },
    });
  });
  afterAll(async () => {
    await platform.close();
    await openAi.close();
  });

  it('is heard where words come only once an utterance is over', async () => {
    const tenant = await createTestTenant(platform, {
      greeting:
        'Welcome to Rosewood Dental, the practice by the sea. We are open every day from eight to six.',
      systemPrompt: 'You are the receptionist.',
    });
    openAi.scripts.transcriptions.push({ text: 'Stop, do you have time today?' });
    const callSid = newCallSid();
    const steps = [
      { interrupt: 'Stop, do you have time today?', afterMs: 300 },
      { pauseMs: 6_000 },
      { hangUp: true },
    ];
    await placeCall({
      platformUrl: platform.url,
      authToken: TWILIO_AUTH_TOKEN,
      callSid,
      from: CALLER,
      to: tenant.number,
      scenario: parseScenario({ name: 'early', steps }, 'the test'),
    });
    const call = await until('the call has ended', async () => {
      const found = await tenant.client.request(CallBySid, { callSid });
      return found.call?.endReason ? found.call : undefined;
    });
    expect(call.turns).toMatchObject([
      { turn: 0, interrupted: true },
      { turn: 1, callerText: 'Stop, do you have time today?' },
    ]);
  });
});
