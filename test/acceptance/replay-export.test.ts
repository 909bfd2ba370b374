import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CallBySid, EraseSubject } from '../../src/client/operations.js';
import { callStream } from '../../src/domain/stream.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { addReplayCommands } from '../../src/main/replay/commands.js';
import { Providers } from '../../src/providers/registry.js';
import { createSandboxProviders } from '../../src/providers/sandbox/index.js';
import { placeCall } from '../../src/simulator/place-call.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import { type Ended, urlOf, type Variables, Workplace } from '../support/command.js';
import { runHere } from '../support/command-here.js';
import { MediaSocket } from '../support/media-socket.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  TWILIO_AUTH_TOKEN,
} from '../support/platform.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { until } from '../support/postgres/until.js';
import {
  ACCOUNT_SID,
  CALLER,
  incomingCall,
  newCallSid,
  postWebhook,
  streamUrlOf,
} from '../support/twilio.js';

const PROMPT = `You are Ada, the receptionist of Rosewood Dental.
On Saturday we open at nine.
A check-up costs eighty dollars, takes half an hour, and includes cleaning and a talk with the dentist about your teeth.
Press 1 for emergencies: come at once.
When the caller says goodbye, say goodbye and end the call.`;

const CONVERSATION = [
  { waitForAgent: true },
  { say: 'How much does a check-up cost?' },
  { interrupt: 'Wait, are you open on Saturday?', afterMs: 1_000 },
  { press: '1' },
  { say: 'Goodbye.' },
  { pauseMs: 8_000 },
];

const JEST = fileURLToPath(new URL('../../node_modules/jest/bin/jest.js', import.meta.url));

/** Ten bytes are long enough not to be there by chance. */
const GZIP_HEADER = gzipSync('').subarray(0, 10).toString('latin1');

describe('a call as a fixture', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  /** The platform's, which has its object store. */
  let dataDir: string;
  let workplace: Workplace;
  /** A call with an interruption, a key and a tool. */
  let callId: string;
  let callSid: string;
  let events: readonly LedgerRecord[];
  /** Another tenant's call. */
  let other: TestTenant;
  let otherSid: string;

  beforeAll(async () => {
    dataDir = await makeTestDirectory();
    const sandbox = createSandboxProviders({ espeakNg: null });
    platform = await startTestPlatform({
      environment: { DATA_DIR: dataDir },
      providers: new Providers({ sandbox }, 'sandbox'),
    });
    tenant = await createTestTenant(platform, { greeting: 'Hello, this is Ada.', systemPrompt: PROMPT });
    other = await createTestTenant(platform, { greeting: 'Hello.' });
    callSid = newCallSid();
    otherSid = newCallSid();
    await Promise.all([
      talk(callSid, tenant, CONVERSATION),
      talk(otherSid, other, [{ waitForAgent: true }, { hangUp: true }]),
    ]);
    callId = await idOf(callSid);
    events = await tracedCall(callId, 1);
  });
  afterAll(async () => {
    await platform.close();
    await removeTestDirectory(dataDir);
  });
  beforeEach(async () => {
    workplace = await Workplace.open({ ...platform.variables, DATA_DIR: dataDir });
  });
  afterEach(() => workplace.close());

  const talk = (sid: string, { number: to }: TestTenant, steps: readonly object[]) =>
    placeCall({
      platformUrl: platform.url,
      authToken: TWILIO_AUTH_TOKEN,
      callSid: sid,
      from: CALLER,
      to,
      scenario: parseScenario({ name: 'test', steps }, 'the test'),
    });

  const idOf = (sid: string): Promise<string> =>
    until('the call is shown', async () => {
      const { call } = await tenant.client.request(CallBySid, { callSid: sid });
      return call?.id;
    });

  /** The call's events, once so many of its media streams can be replayed. */
  const tracedCall = (id: string, traces: number) =>
    until('its traces are stored', async () => {
      const past = await platform.storage.ledger.readStream(callStream(tenant.tenantId, id));
      return past.filter(({ type }) => type === 'CallTraceStored').length >= traces ? past : undefined;
    });

  /** In the test's process. */
  const replayHere = (args: readonly string[], variables: Variables = {}) =>
    runHere(workplace, addReplayCommands, ['replay', ...args], variables);
  const fileOf = (name: string) => join(workplace.directory, name);

  const ok = async (running: Promise<Ended>): Promise<string> => {
    const { exitCode, stdout, stderr } = await running;
    expect([exitCode, stderr]).toEqual([0, '']);
    return stdout;
  };

  /** A fixture's text, from the standard output. */
  const exported = (id: string) => ok(replayHere(['export', id]));

  it('gives the same events when it is replayed, twice', async () => {
    const types = events.map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['DtmfReceived', 'ToolCalled', 'ToolReturned', 'CallEnded']),
    );
    expect(events.some(({ type, data }) => type === 'AgentTurnSpoken' && data.interrupted)).toBe(true);

    const said = await ok(workplace.run(['replay', 'export', callSid, '--out', 'call.json']));
    expect(said).toBe(`${callId} is in call.json: it has what was said, in plain text.\n`);
    const text = await readFile(join(workplace.directory, 'call.json'), 'utf8');
    expect(text).toBe(await exported(callId));

    const { inputs } = JSON.parse(text).attempts[0].trace;
    expect(inputs.length).toBeGreaterThan(100);
    expect(events.find(({ type }) => type === 'CallTraceStored')?.data).toMatchObject({
      attempt: 1,
      inputs: inputs.length,
      cut: false,
    });
    expect(await ok(workplace.run(['replay', 'run', 'call.json']))).toBe(
      `${callId}\n  media stream 1: ${inputs.length.toLocaleString('en-US')} inputs\nEqual, twice: ${events.length} events.\n`,
    );
  });

  it('is told to its end, though more stands behind that', async () => {
    const told = await ok(replayHere(['call', callSid, '--follow']));
    expect(told).toMatch(new RegExp(`^${callId}\n`));
    expect(told).toMatch(/ {2}ended: agent ended\n[\s\S]* {2}media stream 1 can be replayed: \d+ inputs\n/);
  });

  it('names the first event that is another one', async () => {
    const text = await exported(callId);
    const tamper = async (
      change: (fixture: ReturnType<typeof JSON.parse>) => void,
      run = replayHere,
    ): Promise<string> => {
      const fixture = JSON.parse(text);
      change(fixture);
      const file = await workplace.write('tampered.json', JSON.stringify(fixture));
      const { exitCode, stdout } = await run(['run', file]);
      expect(exitCode).toBe(1);
      return stdout.split('\n').find((line) => line.startsWith('Different.')) ?? stdout;
    };
    const asProcess = (args: readonly string[]) => workplace.run(['replay', ...args]);
    const spoken = events.findIndex(({ type, data }) => type === 'AgentTurnSpoken' && data.interrupted);
    const { heardMs } = JSON.parse(text).events[spoken].data;
    expect(
      await tamper((fixture) => {
        fixture.events[spoken].data.heardMs += 1;
        fixture.events[spoken + 1].data.turn += 1;
      }),
    ).toMatch(
      new RegExp(
        `^Different\\. Event ${spoken}, AgentTurnSpoken, heardMs: the ledger has ${heardMs + 1}, and turn-taking gives ${heardMs} for media stream 1, at input \\d+ \\(\\d+ ms\\)\\.$`,
      ),
    );
    expect(
      await tamper((fixture) => {
        fixture.events[1].data.atMs += 7;
      }, asProcess),
    ).toMatch(/^Different\. Event 1, CallAnswered, atMs: .*, and the call decider gives \d+\.$/);
    expect(
      await tamper((fixture) => {
        fixture.attempts[0].trace.inputs.splice(60);
      }),
    ).toMatch(/^Different\. Event \d+, \w+: the ledger has \{.*\}, and turn-taking gives nothing /);
  });

  it('leaves nothing readable in the object store', async () => {
    const folder = join(dataDir, 'objects', 'traces', tenant.tenantId, callId);
    const [name = ''] = await readdir(folder);
    const object = await readFile(join(folder, name));
    for (const plain of ['check-up', 'Saturday', 'transcript', 'model_text', 'Hello', GZIP_HEADER]) {
      expect(object.includes(plain, 0, 'latin1')).toBe(false);
    }
    const [stored] = events.filter(({ type }) => type === 'CallTraceStored');
    expect(stored?.data).toMatchObject({
      object: `traces/${tenant.tenantId}/${callId}/${name}`,
      bytes: object.length,
    });
  });

  it('becomes a test, which fails where the call would go otherwise', async () => {
    await ok(workplace.run(['replay', 'export', callId, '--test', 'goodbye.test.ts']));
    const jest = async (): Promise<{ code: number | null; output: string }> => {
      const config = {
        rootDir: workplace.directory,
        testEnvironment: 'node',
        extensionsToTreatAsEsm: ['.ts'],
        transform: {
          '\\.ts$': fileURLToPath(new URL('../../node_modules/@swc/jest/index.js', import.meta.url)),
        },
        moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
        haste: { enableSymlinks: false },
      };
      const child = spawn(
        process.execPath,
        ['--experimental-vm-modules', JEST, '--config', JSON.stringify(config), '--ci', '--runInBand'],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      );
      let output = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, output };
    };
    const [test, fixture] = await Promise.all(
      ['goodbye.test.ts', 'goodbye.json'].map((name) => readFile(fileOf(name), 'utf8')),
    );
    await workplace.write('otherwise.test.ts', (test ?? '').replace('goodbye.json', 'otherwise.json'));
    const otherwise = (fixture ?? '').replace('"endpointing":"transcript"', '"endpointing":"timeout"');
    await workplace.write('otherwise.json', otherwise);
    const { code, output } = await jest();
    expect(code).toBe(1);
    expect(output).toMatch(/^PASS .*goodbye\.test\.ts/m);
    expect(output).toMatch(/^FAIL .*otherwise\.test\.ts/m);
    expect(output).toMatch(/Tests: +1 failed, 1 passed, 2 total/);
    expect(output).toMatch(
      /Received: "Event \d+, CallerTurnCommitted, endpointing: the ledger has \\"timeout\\", and turn-taking gives \\"transcript\\"/,
    );
  });

  it('has the media stream that came after a worker that was killed, and says that the first is missing', async () => {
    const worker = workplace.start(['serve'], { TWILIO_AUTH_TOKEN });
    const form = incomingCall(tenant.number);
    const { body } = await postWebhook({ url: await urlOf(worker) }, '/webhooks/incoming-call', form);
    const call = { callSid: form.CallSid ?? '', accountSid: ACCOUNT_SID };
    const first = await MediaSocket.start(streamUrlOf(body) ?? '', call);
    await until('the agent speaks', async () => first.hasAudio);
    const id = await idOf(call.callSid);
    await until('the greeting is stored', async () => {
      const past = await platform.storage.ledger.readStream(callStream(tenant.tenantId, id));
      return past.some(({ type }) => type === 'GreetingStarted');
    });
    await worker.kill();
    const again = await postWebhook(platform, '/webhooks/stream-ended?attempt=1', {
      CallSid: call.callSid,
      AccountSid: ACCOUNT_SID,
    });
    const second = await MediaSocket.start(streamUrlOf(again.body) ?? '', {
      ...call,
      streamSid: `MZ${'3'.repeat(32)}`,
    });
    await until('the agent speaks again', async () => second.hasAudio);
    second.stop(call);
    const past = await tracedCall(id, 1);
    const lost = fileOf('lost.json');
    await ok(replayHere(['export', id, '--out', lost]));
    const said = await ok(replayHere(['run', lost]));
    expect(said.split('\n')).toEqual([
      id,
      '  media stream 1: its worker stored no trace, so that its events went through the decider only',
      expect.stringMatching(/^ {2}media stream 2: \d+ inputs$/),
      `Equal, twice: ${past.length} events.`,
      '',
    ]);
  });

  it('says that a trace is missing where its object is gone', async () => {
    const folder = join(dataDir, 'objects', 'traces', tenant.tenantId, callId);
    const file = fileOf('call.json');
    await rename(folder, `${folder}-away`);
    try {
      await ok(replayHere(['export', callId, '--out', file]));
    } finally {
      await rename(`${folder}-away`, folder);
    }
    expect(await ok(replayHere(['run', file]))).toBe(
      `${callId}\n  media stream 1: its trace wasn't found, so that its events went through the decider only\nEqual, twice: ${events.length} events.\n`,
    );
  });

  it('is not made where the object store is not there, and makes none', async () => {
    const { exitCode, stdout, stderr } = await replayHere(['export', callId], {
      DATA_DIR: workplace.directory,
    });
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`The object store in ${fileOf('objects')} isn't this database's: `);
    expect(await readdir(workplace.directory)).toEqual([]);
  });

  it('is not made of a call that was erased', async () => {
    const id = await until('the call is shown', async () => {
      const { call } = await other.client.request(CallBySid, { callSid: otherSid });
      return call?.events.nodes.some(({ type }) => type === 'CallTraceStored') ? call.id : undefined;
    });
    await exported(id);
    const idempotencyKey = `erase-${id}`;
    await other.client.request(EraseSubject, { input: { kind: 'CALL', id, idempotencyKey } });
    const { exitCode, stdout, stderr } = await replayHere(['export', id]);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `${id} was erased: what was said in it and its traces can't be opened any more, so it can't be replayed.\n`,
    );
  });

  it('says in a sentence what it can not replay', async () => {
    const text = await exported(callId);
    const [line = ''] = text.split('\n').filter((each) => each.includes('"GreetingStarted"'));
    const files = {
      'nonsense.json': 'nonsense',
      'other.json': '{"hello":"world"}',
      'newer.json': text.replace('"version": 1', '"version": 2'),
      'gap.json': text.replace(`${line}\n`, ''),
      'attempt.json': text.replace('"attempt": 1', '"attempt": 2'),
      'field.json': text.replace('"endpointing":"transcript"', '"endpointing":"never"'),
      'input.json': text.replace('"type":"transcript"', '"type":"telepathy"'),
      'settings.json': text.replace(/"turnDetection":\s*"\w+"/, '"turnDetection":"telepathy"'),
      'there.test.ts': 'mine',
    };
    for (const [name, content] of Object.entries(files)) await workplace.write(name, content);
    const refusals: Readonly<Record<string, RegExp>> = {
      [`export CA${'0'.repeat(32)}`]: /^There is no call "CA0+"; an id looks like call_\w+\.\n$/,
      [`export ${callId} --out call.json/x`]:
        /^\S+call\.json\/x can't be written \(.*\): name a new file .*\.\n$/,
      [`export ${callId} --out other.json`]: /^\S+other\.json can't be written \(EEXIST.*\n$/,
      [`export ${callId} --test call.ts`]:
        /^--test must name a file as refund\.test\.ts, not "call\.ts"\.\n$/,
      [`export ${callId} --test there.test.ts`]: /^\S+there\.test\.ts can't be written \(EEXIST.*\n$/,
      [`export ${callId} --out left.json --test absent/left.test.ts`]:
        /^\S+left\.test\.ts can't be written \(ENOENT.*\n$/,
      [`export ${callId} --out same.test.ts --test same.test.ts`]:
        /^\S+same\.test\.ts can't be written \(EEXIST.*\n$/,
      'run absent.json': /^\S+absent\.json can't be read \(ENOENT.*\)\.\n$/,
      'run nonsense.json': /^This is no fixture that can be replayed: it isn't JSON \(.*\)\. .*\n$/,
      'run other.json':
        /^This is no fixture that can be replayed: its "format" is not "ledgerline call"\. .*\n$/,
      'run newer.json': /^This fixture has version 2, and this program reads version 1: .*\n$/,
      'run gap.json': /^This is no fixture that can be replayed: event \d+ of the call is missing.*\n$/,
      'run attempt.json': /^This is no fixture .*: media stream 1 is not among its "attempts"\. .*\n$/,
      'run field.json': /^Event \d+ of the fixture \(CallerTurnCommitted\) can't be read: endpointing: .*\n$/,
      'run input.json': /^A media stream's trace can't be read: inputs\.\d+ .*\n$/,
      'run settings.json': /^A media stream's trace can't be read: settings\.turnDetection .*\n$/,
    };
    for (const [args, sentence] of Object.entries(refusals)) {
      const given = args.split(' ').map((arg) => (/\.json|\.test\.ts/.test(arg) ? fileOf(arg) : arg));
      const { exitCode, stdout, stderr } = await replayHere(given);
      expect([args, exitCode, stdout]).toEqual([args, 1, '']);
      expect(stderr).toMatch(sentence);
    }
    // Nothing that was said is left in a file, and nothing that was there is gone.
    expect((await readdir(workplace.directory)).sort()).toEqual(Object.keys(files).sort());
    expect(await readFile(fileOf('there.test.ts'), 'utf8')).toBe('mine');
    const ended = [
      ['export', 'nonsense'],
      ['run', 'nonsense.json'],
    ].map((args) => workplace.run(['replay', ...args]));
    expect(await Promise.all(ended)).toEqual([
      {
        exitCode: 1,
        stdout: '',
        stderr: expect.stringMatching(/^There is no call "nonsense"; an id .*\.\n$/),
      },
      {
        exitCode: 1,
        stdout: '',
        stderr: expect.stringMatching(/^This is no fixture .*: it isn't JSON .*\n$/),
      },
    ]);
  });
});
