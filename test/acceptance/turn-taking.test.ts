import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AtOnce } from '../support/at-once.js';
import { createTestTenant, startTestPlatform, type TestPlatform } from '../support/platform.js';
import { type Call, TestCalls } from '../support/test-calls.js';

describe('how an agent takes turns is among its settings', () => {
  let platform: TestPlatform;
  const calls = new AtOnce();
  beforeAll(async () => {
    platform = await startTestPlatform();
    calls.start();
  });
  afterAll(async () => {
    await calls.settled();
    await platform.close();
  });

  const talk = async (settings: Record<string, unknown>, steps: readonly object[]): Promise<Call> => {
    const tenant = await createTestTenant(platform, {
      greeting: 'Hello.',
      systemPrompt: 'Be brief.',
      ...settings,
    });
    return new TestCalls(platform, tenant).talk(steps);
  };

  const text = 'one two three four five six seven eight nine ten eleven twelve';
  const cutByTheClock = calls.add(() =>
    talk({ turnTaking: { detection: 'FIXED_BUFFER', bufferMs: 1_000, interruptionSensitivity: 'OFF' } }, [
      { waitForAgent: true },
      { say: text },
      { pauseMs: 3_000 },
      { hangUp: true },
    ]),
  );
  it('as turns of a fixed length: each has what was said in it, and no word is lost or doubled', async () => {
    const call = await cutByTheClock();
    const said = call.turns.flatMap(({ callerText }) => callerText ?? []);
    expect(said.length).toBeGreaterThan(1);
    expect(said.join(' ').replaceAll(/[^a-z ]/g, '')).toBe(text);
  });

  const endedByPhrase = calls.add(() =>
    talk({ endPhrases: ['that is all'] }, [
      { waitForAgent: true },
      { say: 'Thank you, that is all.' },
      { pauseMs: 8_000 },
    ]),
  );
  it('as phrases that end the call', async () => {
    const call = await endedByPhrase();
    expect(call).toMatchObject({ endReason: 'AGENT_ENDED', endedBy: 'agent' });
    expect(call.turns.at(-1)).toMatchObject({
      callerText: 'Thank you, that is all.',
      agentHeardText: 'Goodbye!',
    });
  });
});
