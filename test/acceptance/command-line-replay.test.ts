import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callStream } from '../../src/domain/stream.js';
import { addReplayCommands } from '../../src/main/replay/commands.js';
import { type Ended, Workplace } from '../support/command.js';
import { runHere } from '../support/command-here.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { WrittenCall } from '../support/written-call.js';

/** Revision, clock, who, what. */
const WHOLE_CALL = [
  '   0   0:00.0  caller   calls +14155550100 from +14155550123',
  '   1   0:00.1           answered',
  '   2   0:00.1           media stream 1 at w',
  '   3   0:00.2  agent    greets: Hello',
  '   4   0:00.9  agent    Hello',
  '   5   0:00.0  caller   question 1',
  '   6   0:00.0  agent    begins to speak',
  '   7   0:00.0  agent    composed: answer 1',
  '   8   0:00.0  agent    answer 1',
  '   9   0:00.0  carrier  says completed',
  '  10   0:09.0           ended: caller hung up',
];

describe('ledgerline replay call', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  let workplace: Workplace;
  beforeAll(async () => {
    platform = await startTestPlatform();
    tenant = await createTestTenant(platform);
    workplace = await Workplace.open(platform.variables);
  });
  afterAll(async () => {
    await workplace.close();
    await platform.close();
  });

  const newCall = () => new WrittenCall(platform.storage.ledger, tenant.tenantId, 1);
  const isShown = ({ callId }: WrittenCall) =>
    until('the call is shown', async () => {
      const { readModels } = platform.storage;
      const query = readModels
        .forOperator()
        .read((db) => db.selectFrom('calls_v3').select('callId').execute());
      return (await query).some((row) => row.callId === callId);
    });

  const replayHere = (...args: string[]) =>
    runHere(workplace, addReplayCommands, ['replay', 'call', ...args]);
  const toldBy = ({ exitCode, stdout, stderr }: Ended): readonly string[] => {
    expect([exitCode, stderr]).toEqual([0, '']);
    return stdout.trimEnd().split('\n');
  };
  const linesOf = async (...args: string[]) => toldBy(await replayHere(...args));

  it('tells what happened, up to a revision or a time, or to the end', async () => {
    const call = newCall();
    await call.toItsEnd();
    await isShown(call);
    const whole = toldBy(await workplace.run(['replay', 'call', call.callId]));
    expect(whole).toEqual([call.callId, ...WHOLE_CALL]);
    expect(await linesOf(call.callId, '--at', '4')).toEqual([call.callId, ...WHOLE_CALL.slice(0, 5)]);
    const stream = callStream(tenant.tenantId, call.callId);
    const last = (await platform.storage.ledger.readStream(stream)).at(-1);
    expect(await linesOf(call.callId, '--at', last?.createdAt ?? '')).toEqual([call.callId, ...WHOLE_CALL]);
    expect(await linesOf(call.callId, '--follow')).toEqual([call.callId, ...WHOLE_CALL]);
  });

  it('keeps on its line what somebody said, and from the terminal', async () => {
    const call = newCall();
    await call.until('MediaStreamStarted');
    const text = 'Hello.\n   4   0:09.0           ended: caller hung up\u001b[2J';
    await call.append([{ type: 'GreetingStarted', data: { text, atMs: 200 } }]);
    await isShown(call);
    const lines = await linesOf(call.callId);
    expect(lines).toHaveLength(5);
    expect(lines.at(-1)).toBe(
      String.raw`   3   0:00.2  agent    greets: Hello.\n   4   0:09.0           ended: caller hung up\u001b[2J`,
    );
  });

  it('keeps in its column on a terminal what is too long for a line', async () => {
    const call = newCall();
    await call.until('MediaStreamStarted');
    const text = 'On Saturday we are open from nine to one, and on Sunday only for emergencies.';
    await call.append([{ type: 'GreetingStarted', data: { text, atMs: 200 } }]);
    await isShown(call);
    const args = ['replay', 'call', call.callId];
    const lines = toldBy(await runHere(workplace, addReplayCommands, args, {}, { isTerminal: true }));
    expect(lines.slice(4)).toEqual([
      '   3   0:00.2  agent    greets: On Saturday we are open from nine to one, and on',
      '                        Sunday only for emergencies.',
    ]);
  });

  it("is in the tenant's audit trail", async () => {
    const call = newCall();
    await call.toItsEnd();
    await isShown(call);
    await linesOf(call.callId);
    const reads = [];
    for await (const { events } of platform.storage.ledger.readAll()) {
      reads.push(...events.filter((event) => 'type' in event && event.type === 'RecordsRead'));
    }
    expect(reads.at(-1)).toMatchObject({
      data: { permission: 'calls:read', subject: call.callId },
      metadata: { tenantId: tenant.tenantId, actor: { type: 'operator', id: 'command-line' } },
    });
  });

  it('follows a call until it ends', async () => {
    const call = newCall();
    await call.until('GreetingSpoken');
    await isShown(call);
    const command = workplace.start(['replay', 'call', call.callId, '--follow']);
    await command.printed(/agent {4}Hello\n/);
    await call.toItsEnd();
    const { exitCode, stdout } = await command.ended;
    expect([exitCode, stdout.trimEnd().split('\n').length]).toEqual([0, 1 + WHOLE_CALL.length]);
    expect(stdout).toMatch(/\n {2}10 {3}0:09\.0 {11}ended: caller hung up\n$/);
  });

  it('says in a sentence what it can not tell', async () => {
    const call = newCall();
    await call.toItsEnd();
    await isShown(call);
    const refusals = {
      nonsense: /^There is no call "nonsense"; an id looks like call_\w+\.\n$/,
      [`${call.callId} --at yesterday`]:
        /^"yesterday" is no moment: give a revision, as 12, or a time with its zone, as .*\.\n$/,
      [`${call.callId} --at=-3`]: /^"-3" is no revision: /,
      [`${call.callId} --at 99`]: /^call-\S+ has the revisions 0 to 10, and no 99\.\n$/,
      [`${call.callId} --at 2020-01-01T00:00:00Z`]:
        /^call-\S+ began at .*: at 2020-01-01T00:00:00.000Z there was nothing\.\n$/,
    };
    for (const [args, sentence] of Object.entries(refusals)) {
      const { exitCode, stdout, stderr } = await replayHere(...args.split(' '));
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(sentence);
    }
    const nobody = ['replay', 'call', 'call_00000000000000000000000997'];
    const { exitCode, stdout, stderr } = await workplace.run(nobody);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^There is no call "call_00000000000000000000000997"; an id looks like call_\w+\.\n$/,
    );
  });
});
