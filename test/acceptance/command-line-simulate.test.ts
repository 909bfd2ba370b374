import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeMuLaw, SAMPLE_RATE_HZ } from '../../src/audio/mu-law.js';
import { writeWav } from '../../src/audio/wav.js';
import { ApiClient } from '../../src/client/api-client.js';
import { CallBySid, Login } from '../../src/client/operations.js';
import { addSimulateCommand } from '../../src/main/simulate-command.js';
import { speakMarked } from '../../src/providers/sandbox/voice.js';
import type { CallReport } from '../../src/simulator/call-report.js';
import { AtOnce } from '../support/at-once.js';
import { urlOf, Workplace } from '../support/command.js';
import { runHere } from '../support/command-here.js';
import { ADMIN, createTestTenant, type TestTenant } from '../support/platform.js';
import { until } from '../support/postgres/until.js';

jest.setTimeout(60_000);

const QUESTION = 'Are you open on Saturday?';
const QUESTIONS = {
  name: 'a question',
  steps: [{ waitForAgent: true }, { say: QUESTION }, { hangUp: true }],
};

describe('ledgerline simulate', () => {
  let workplace: Workplace;
  let url: string;
  let tenant: TestTenant;
  /** Calls take their time, and leave each other alone. */
  const calls = new AtOnce(3);
  beforeAll(async () => {
    workplace = await Workplace.openWithDatabase();
    const { email, password } = ADMIN;
    const serving = urlOf(workplace.start(['serve']));
    await workplace.run(['bootstrap', 'superadmin', '--email', email, '--password', password]);
    url = await serving;
    const { login } = await new ApiClient(url).request(Login, { input: ADMIN });
    tenant = await createTestTenant(
      { admin: new ApiClient(url, login.accessToken), url },
      { greeting: 'Hello.', systemPrompt: 'On Saturday we open at nine.' },
    );
    calls.start();
  });
  afterAll(() => workplace.close());

  /** The auth token is the one that the platform keeps in the same directory. */
  const simulate = (...args: string[]) => workplace.run(['simulate', '--url', url, ...args]);
  const write = (name: string, scenario: object) =>
    workplace.write(name, JSON.stringify({ to: tenant.number, ...scenario }));

  const GREETED = [{ waitForAgent: true }, { hangUp: true }];
  const fine = calls.add(async () =>
    simulate(await write('fine.json', { ...QUESTIONS, expect: { endedBy: 'caller', interruptions: 0 } })),
  );
  const strict = calls.add(async () => {
    const expected = { greetingMs: 1, endedBy: 'caller' };
    return simulate(await write('strict.json', { name: 'strict', steps: GREETED, expect: expected }));
  });
  const many = calls.add(async () => {
    const file = await write('many.json', { name: 'many', steps: GREETED });
    return simulate(file, '--calls', '4', '--concurrency', '2');
  });
  const heard = calls.add(async () => {
    const samples = decodeMuLaw(await speakMarked(QUESTION, { language: 'en' }));
    const file = await workplace.write('question.wav', writeWav({ samples, sampleRateHz: SAMPLE_RATE_HZ }));
    return simulate('--audio', file, '--to', tenant.number, '--json');
  });

  it('plays a scenario, and tells how the call went', async () => {
    const { exitCode, stdout, stderr } = await fine();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ +\d\.\d\d s {2}a media stream is up$/m);
    expect(stdout).toMatch(/^ +\d\.\d\d s {2}caller {2}"Are you open on Saturday\?"$/m);
    expect(stdout).toMatch(/^a question: completed, the caller hung up after \d+\.\d\d s$/m);
    expect(stdout).toMatch(/^ {2}greeting +\d+ ms$/m);
    expect(stdout).toMatch(/^ {2}responses +1: p50 \d+ ms, p95 \d+ ms, max \d+ ms$/m);
    expect(stdout).toMatch(/^ +\d\.\d\d s {2}"Are you open on Saturday\?": answered after \d+ ms$/m);
    expect(stdout).toMatch(/\n {2}ok: 6 expectations are met\n$/);
  });

  it('fails where the call is not what the scenario expects, and names what is not', async () => {
    const { exitCode, stdout, stderr } = await strict();
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(stdout.match(/FAILED.*/g)).toEqual([
      expect.stringMatching(/^FAILED +greeting +\d+ ms; expected: at most 1 ms$/),
    ]);
    expect(stdout).toMatch(/\n {2}not ok\n$/);
  });

  it('places many calls, so many at a time', async () => {
    const { exitCode, stdout, stderr } = await many();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^4 calls, 2 at a time, in \d+\.\d\d s: all as expected$/m);
    expect(stdout).toMatch(/^ {2}greeting +4: p50 \d+ ms, /m);
    expect(stderr).toMatch(/^4 of 4 calls are over, 0 under way$/m);
  });

  it('lets a WAV file be heard, and prints all that it measured as JSON', async () => {
    const { exitCode, stdout, stderr } = await heard();
    expect([exitCode, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout) as CallReport;
    expect(report).toMatchObject({
      scenario: 'question.wav',
      ok: true,
      outcome: 'completed',
      to: tenant.number,
    });
    expect(report.responses?.count).toBe(1);
    const turn = await until('the call is told', async () => {
      const { call } = await tenant.client.request(CallBySid, { callSid: report.callSid });
      return call?.endReason ? call.turns[1] : undefined;
    });
    expect(turn).toMatchObject({
      callerText: QUESTION,
      agentHeardText: 'On Saturday we open at nine.',
    });
  });

  describe('refuses in one sentence', () => {
    const simulateHere = (...args: string[]) =>
      runHere(workplace, addSimulateCommand, ['simulate', '--url', url, ...args]);

    it('a file that is no JSON', async () => {
      const file = await workplace.write('broken.json', '{ "name": ');
      const { exitCode, stdout, stderr } = await simulate(file);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^The scenario .*\/broken\.json can't be read: .*JSON.*\.\n$/);
    });

    it('a scenario with wrong fields, and names each', async () => {
      const file = await write('wrong.json', {
        name: 'wrong',
        steps: [{ say: 5 }, { shout: 'Hello' }],
        expect: { greetingMs: 'soon' },
      });
      const { exitCode, stdout, stderr } = await simulateHere(file);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^\S+\/wrong\.json is not a scenario: .*\.\n$/);
      expect(stderr).toContain('steps[0].say must be a text (it is 5)');
      expect(stderr).toContain('steps[1] must have one of say, ');
      expect(stderr).toContain('expect.greetingMs must be a number of ms (it is "soon")');
    });

    it('a platform that is not there', async () => {
      const file = await write('nobody.json', QUESTIONS);
      const free = createServer().listen(0, '127.0.0.1');
      await once(free, 'listening');
      const nobody = `http://127.0.0.1:${(free.address() as AddressInfo).port}`;
      await once(free.close(), 'close');
      const { exitCode, stderr } = await simulateHere(file, '--url', nobody);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^http:\/\/127\.0\.0\.1:\d+\/webhooks\/incoming-call doesn't answer: .*ECONNREFUSED.*\n$/,
      );
    });

    it('a recording in a directory that is not there, before anybody is called', async () => {
      const wav = join(workplace.directory, 'nowhere', 'call.wav');
      const { exitCode, stdout, stderr } = await simulateHere('--to', tenant.number, '--record', wav);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toBe(
        `${wav} can't be written (ENOENT: no such file or directory, access '${dirname(wav)}'): name a new file in a directory that is there.\n`,
      );
    });

    it('an audio file that is not there', async () => {
      const { exitCode, stdout, stderr } = await simulateHere(
        '--audio',
        'nothing.wav',
        '--to',
        tenant.number,
      );
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^nothing\.wav can't be played: .*no such file.*\n$/);
    });
  });
});
