import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultScenario } from './default-scenario.js';
import { readScenario } from './read-scenario.js';
import { parseScenario } from './scenario.js';

const withSteps = (...steps: unknown[]) => ({ name: 'a test', steps });

const problemsOf = (json: unknown): string => {
  try {
    parseScenario(json, 'test.json');
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};

describe('reading a scenario', () => {
  it('takes every kind of step, and gives it back as it was written', () => {
    const scenario = {
      name: 'everything',
      description: 'all steps',
      language: 'de-DE',
      from: '+14155550123',
      to: '+14155550100',
      steps: [
        { waitForAgent: true, afterAgentMs: 900 },
        { say: 'Hello', afterAgentMs: 100 },
        { pauseMs: 500 },
        { interrupt: 'Stop', afterMs: 1200 },
        { press: '12#', tone: false, atOnce: true },
        { audio: 'question.wav', afterMs: 300 },
        { hangUp: 'vanish', afterMs: 10 },
      ],
      expect: { agentUtterances: { min: 2 }, responseP95Ms: 1500, underruns: 0, endedBy: 'caller' },
    };
    expect(parseScenario(scenario, 'test.json')).toEqual(scenario);
  });

  it('takes the built-in one', () => {
    expect(problemsOf(defaultScenario)).toBe('none');
  });

  it.each([
    [withSteps({ sya: 'Hello' }), 'steps[0] must have one of say, interrupt'],
    [withSteps('hello'), 'steps[0] must be an object'],
    [withSteps({ say: 'a', press: '1' }), 'steps[0] must be one step, and has say and press'],
    [
      withSteps({ pauseMs: 1 }, { interrupt: 'No' }),
      'steps[1].afterMs must be a number of ms (it is missing)',
    ],
    [withSteps({ say: 'a', afterAgentMs: -5 }), 'steps[0].afterAgentMs must be 0 or more (it is -5)'],
    [withSteps({ say: 'a', afterMs: 5 }), `steps[0] has what it doesn't know: "afterMs"`],
    [withSteps({ say: '  ' }), 'steps[0].say must not be empty'],
    [withSteps({ press: '12x' }), 'steps[0].press must be keys: 0 to 9, *, #, A to D (it is "12x")'],
    [
      withSteps({ press: '1', afterMs: 5, atOnce: true }),
      'steps[0] has afterMs and atOnce: give one of them',
    ],
    [withSteps({ hangUp: false }), 'steps[0].hangUp must be true or "vanish" (it is false)'],
    [withSteps({ hangUp: true }, { say: 'Hello?' }), 'steps may have hangUp only at the end'],
    [withSteps(), 'steps must have a step at least'],
    [{ steps: [{ pauseMs: 1 }] }, 'name'],
    [
      { ...withSteps({ pauseMs: 1 }), to: '555' },
      'to must be a number in E.164, as +14155550100 (it is "555")',
    ],
    [
      { ...withSteps({ pauseMs: 1 }), expect: { outcome: 'fine' } },
      'expect.outcome must be completed, rejected or failed',
    ],
    [
      { ...withSteps({ pauseMs: 1 }), expect: { undreruns: 0 } },
      `expect has what it doesn't know: "undreruns"`,
    ],
    [[], 'the file must be an object with a name and steps (it is [])'],
    [15686, 'the file must be an object with a name and steps (it is 15686)'],
  ])('names what is wrong in %j', (json, problem) => {
    expect(problemsOf(json)).toContain(`test.json is not a scenario: ${problem}`);
  });

  it('names every problem at once', () => {
    const problems = problemsOf(withSteps({ say: '' }, { press: '?' }));
    expect(problems).toContain('steps[0].say');
    expect(problems).toContain('steps[1].press');
  });
});

describe("a scenario's file", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ledgerline-scenario-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('finds its audio beside itself', async () => {
    const path = join(directory, 'scenario.json');
    await writeFile(path, JSON.stringify(withSteps({ audio: 'sounds/question.wav' }, { say: 'Thanks' })));
    const { steps } = await readScenario(path);
    expect(steps).toEqual([{ audio: join(directory, 'sounds/question.wav') }, { say: 'Thanks' }]);
  });

  it('is refused with its name where it is missing or no JSON', async () => {
    await expect(readScenario(join(directory, 'missing.json'))).rejects.toThrow(
      /missing\.json can't be read: ENOENT/,
    );
    const path = join(directory, 'broken.json');
    await writeFile(path, '{ "name": ');
    await expect(readScenario(path)).rejects.toThrow(/broken\.json can't be read: .*JSON/);
  });
});
