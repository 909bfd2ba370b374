import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { agentStream, callStream } from '../../src/domain/stream.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { addAuditCommands } from '../../src/main/audit/commands.js';
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

jest.setTimeout(60_000);

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

describe('ledgerline audit', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  let other: TestTenant;
  let workplace: Workplace;
  let call: WrittenCall;
  beforeAll(async () => {
    platform = await startTestPlatform();
    tenant = await createTestTenant(platform);
    other = await createTestTenant(platform);
    workplace = await Workplace.open(platform.variables);
    call = new WrittenCall(platform.storage.ledger, tenant.tenantId, 1);
    await call.toItsEnd();
    await until('the call is in the trail', async () => {
      const reader = platform.storage.readModels.forOperator();
      const rows = await reader.read((db) => db.selectFrom('audit_entries_v2').select('type').execute());
      return rows.some(({ type }) => type === 'CallEnded');
    });
  });
  afterAll(async () => {
    await workplace.close();
    await platform.close();
  });

  const auditHere = (...args: string[]) => runHere(workplace, addAuditCommands, ['audit', ...args]);
  const toldBy = ({ exitCode, stdout, stderr }: Ended): readonly string[] => {
    expect([exitCode, stderr]).toEqual([0, '']);
    return stdout.trimEnd().split('\n');
  };
  const linesOf = async (...args: string[]) => toldBy(await auditHere(...args));
  /** As a process of its own: one of each command. */
  const processLinesOf = async (...args: string[]) => toldBy(await workplace.run(['audit', ...args]));

  /** A tenant's events, the newest first. */
  const placesOf = async (tenantId: string): Promise<readonly string[]> => {
    const places: string[] = [];
    for await (const { events } of platform.storage.ledger.store.readAll()) {
      for (const { metadata, stream, revision } of events)
        if (metadata.tenantId === tenantId) places.unshift(`${stream}@${revision}`);
    }
    return places;
  };

  const agent = () => agentStream(tenant.tenantId, tenant.agentId);

  it('trail: tells who did what, the newest at the bottom', async () => {
    const lines = await processLinesOf('trail', '--tenant', tenant.tenantId, '--type', 'AgentCreated');
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(`^${TIME}  user usr_\\w{26}   AgentCreated               ${agent()}@0$`),
      ),
    ]);
    const types = ['--type', 'CallReceived', '--type', 'CallEnded'];
    const told = await linesOf('trail', '--stream', callStream(tenant.tenantId, call.callId), ...types);
    expect(told.map((line) => line.split(/ {2,}/)[2])).toEqual(['CallReceived', 'CallEnded']);
  });

  it('trail: holds one tenant apart from another, and says when there is nothing, or more', async () => {
    const theirs = await linesOf('trail', '--tenant', other.tenantId);
    expect(theirs.join()).not.toContain(agent());
    expect(await linesOf('trail', '--type', 'SubjectErased')).toEqual(['Nothing in the ledger is so.']);
    const lines = await linesOf('trail', '--limit', '2');
    expect([lines.length, lines[2]]).toEqual([3, expect.stringMatching(/^There is more: --before \d+$/)]);
    expect(await linesOf('trail', '--until', '2020-01-01')).toEqual(['Nothing in the ledger is so.']);
  });

  it('trail: shows each event once, page by page, also those that were stored at the same time', async () => {
    const shown: string[] = [];
    let before: string | undefined;
    do {
      const more = before === undefined ? [] : ['--before', before];
      const lines = [...(await linesOf('trail', '--tenant', tenant.tenantId, '--limit', '2', ...more))];
      before = /^There is more: --before (\d+)$/.exec(lines.at(-1) ?? '')?.[1];
      if (before !== undefined) lines.pop();
      shown.push(...lines.reverse().map((line) => line.split(/ +/).at(-1) ?? ''));
    } while (before !== undefined);
    const all = await placesOf(tenant.tenantId);
    // Each page that was shown is itself recorded, behind the first one's newest.
    expect(shown).toEqual(all.slice(all.indexOf(shown[0] ?? '')));
  });

  it("trail: finds a newer program's type of event, where that one fed the trail", async () => {
    const client = new pg.Client(platform.databaseUrl);
    await client.connect();
    const become = (type: string, before: string) =>
      client.query('update read.audit_entries_v2_g1 set type = $1 where type = $2', [type, before]);
    await become('AgentPainted', 'AgentCreated');
    try {
      const lines = await linesOf('trail', '--type', 'AgentPainted', '--tenant', tenant.tenantId);
      expect(lines).toEqual([expect.stringContaining(`AgentPainted               ${agent()}@0`)]);
      const nothing = ['trail', '--type', 'AgentPainted', '--until', '2020-01-01'];
      expect(await linesOf(...nothing)).toEqual(['Nothing in the ledger is so.']);
    } finally {
      await become('AgentCreated', 'AgentPainted');
      await client.end();
    }
  });

  it('correlation: tells what was caused, each beneath what caused it', async () => {
    const [entry = ''] = await linesOf('trail', '--stream', agent(), '--type', 'AgentVersionDrafted');
    const created = (await platform.storage.ledger.readStream(agent()))[0]?.metadata;
    expect(entry).toContain('AgentVersionDrafted');
    expect(await processLinesOf('correlation', created?.$correlationId ?? '')).toEqual([
      `${created?.$causationId}  by user ${created?.actor.id}`,
      expect.stringMatching(new RegExp(`^├─ ${TIME}  AgentCreated               ${agent()}@0$`)),
      expect.stringMatching(new RegExp(`^└─ ${TIME}  AgentVersionDrafted        ${agent()}@1$`)),
    ]);
    const stream = callStream(tenant.tenantId, call.callId);
    const [received] = await platform.storage.ledger.readStream(stream);
    const [, ...lines] = await linesOf('correlation', received?.metadata.$correlationId ?? '');
    expect(lines.map((line) => line.replace(new RegExp(`${TIME}  (\\w+) .*`), '$1'))).toEqual([
      '├─ CallReceived',
      '│  └─ CallAnswered',
      '│     └─ MediaStreamStarted',
      '│        └─ GreetingStarted',
      '│           └─ GreetingSpoken',
      '├─ CallerTurnCommitted',
      '│  ├─ AgentTurnStarted',
      '│  │  └─ AgentTurnSpoken',
      '│  └─ AgentTurnComposed',
      '├─ CallStatusReported',
      '└─ CallEnded',
    ]);
  });

  it('stream, state and diff: tell what was so, up to a moment, and what became of it', async () => {
    const [lines, [head, ...json], changes] = await Promise.all([
      processLinesOf('stream', agent(), '--at', '0'),
      processLinesOf('state', agent(), '--at', '2'),
      processLinesOf('diff', agent(), '1', '2'),
    ]);
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(`^    0  ${TIME}  AgentCreated               {"agentId":"agt_.*"name":"Ada"`),
      ),
    ]);
    expect(head).toMatch(/, revision 2, stored 20/);
    expect(JSON.parse(json.join(''))).toMatchObject({
      state: { liveVersion: 1 },
      readModels: { agents: [{ name: 'Ada', liveVersion: 1 }] },
    });
    expect(changes).toContainEqual(expect.stringMatching(/^state\.liveVersion +null → 1$/));
    expect(await linesOf('diff', agent(), '1', '1')).toEqual(['Nothing is different.']);
  });

  it('trail and stream: fit a terminal, line by line', async () => {
    const onTerminal = async (...args: string[]) =>
      toldBy(await runHere(workplace, addAuditCommands, ['audit', ...args], {}, { isTerminal: true }));
    const [trail, stream] = [
      await onTerminal('trail', '--stream', agent(), '--type', 'AgentCreated'),
      await onTerminal('stream', agent()),
    ];
    expect(trail).toEqual([
      expect.stringMatching(new RegExp(`^${TIME}  user usr_\\w{26}  AgentCreated$`)),
      `    ${agent()}@0`,
    ]);
    expect(stream[0]).toMatch(new RegExp(`^    0  ${TIME}  AgentCreated$`));
    expect(stream).toContainEqual(expect.stringMatching(/^ {7}name +"Ada"$/));
    for (const line of [...trail, ...stream]) expect(line.length).toBeLessThanOrEqual(80);
  });

  const recordedReads = async () => {
    const reads: LedgerRecord[] = [];
    for await (const { events } of platform.storage.ledger.readAll()) {
      for (const event of events) if ('type' in event && event.type === 'RecordsRead') reads.push(event);
    }
    return reads;
  };

  it('is in the audit trail itself', async () => {
    await linesOf('stream', agent());
    expect((await recordedReads()).at(-1)).toMatchObject({
      data: { permission: 'audit:read', subject: `stream ${agent()}` },
      metadata: { tenantId: tenant.tenantId, actor: { type: 'operator', id: 'command-line' } },
    });
  });

  it('is with each tenant whose records are shown, and keeps nothing that was mistyped', async () => {
    const before = (await recordedReads()).length;
    await linesOf('trail', '--type', 'AgentCreated');
    await auditHere('correlation', '+4915112345678');
    await auditHere('trail', '--tenant', 'tnt_00000000000000000000000009');
    const told = (await recordedReads()).slice(before).map(({ metadata, data }) => [metadata.tenantId, data]);
    const [ours, theirs] = [tenant, other].map(({ tenantId }) => tenantId);
    const permission = 'audit:read';
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        [ours, { permission, subject: 'auditTrail' }],
        [theirs, { permission, subject: 'auditTrail' }],
        ['sys', { permission, subject: 'correlation' }],
      ]),
    );
  });

  it('says in a sentence what it cannot tell', async () => {
    const refusals: [string[], RegExp][] = [
      [['trail', '--limit', '0'], /^--limit must be a whole number from 1 to 100, not "0"\.$/],
      [
        ['trail', '--since', 'yesterday'],
        /^--since must be a date, or a time with its zone, as 2026-.*, not "yesterday"\.$/,
      ],
      [['trail', '--since', 'rubbish 5'], /, not "rubbish 5"\.$/],
      [['trail', '--until', '2026-02-31'], /^--until must be a date, .*, not "2026-02-31"\.$/],
      [['trail', '--stream', 'nonsense'], /^"nonsense" is not a stream's name; one looks like /],
      [
        ['trail', '--type', 'AgentCreated', '--type', 'Nonsense'],
        /^"Nonsense" is no type of event that this program knows, nor is it in the trail; one looks like SubjectErased\.$/,
      ],
      [['trail', '--before', '9'.repeat(19)], /^--before "9+" is no position: give a whole number/],
      [['trail', '--before', '1e3'], /^--before "1e3" is no position: give a whole number\.$/],
      [['correlation', 'nothing'], /^Nothing has the correlation id "nothing"\.$/],
      [['stream', 'nonsense'], /^"nonsense" is not a stream's name; one looks like call-<tenant>_<id>\.$/],
      [['stream', agentStream(tenant.tenantId, 'agt_1')], /^Stream not found: agent-\w+$/],
      [['state', agent(), '--at', 'soon'], /^"soon" is no moment: give a revision/],
      [['state', agent(), '--at', 'revision 3'], /^"revision 3" is no moment: give a revision/],
      [['state', agent(), '--at=-1'], /^"-1" is no revision: a stream's first event has revision 0\.$/],
      [['diff', agent(), '0', '--', '-1'], /^"-1" is no revision: /],
      [['state', agent(), '--at', '2020-01-01'], /^agent-\w+ began at .*: at 2020-.* there was nothing\.$/],
      [['diff', agent(), '0', '99'], /^agent-\w+ has the revisions 0 to 2, and no 99\.$/],
    ];
    for (const [args, sentence] of refusals) {
      const { exitCode, stdout, stderr } = await auditHere(...args);
      expect([args, exitCode, stdout]).toEqual([args, 1, '']);
      expect(stderr.trimEnd()).toMatch(sentence);
    }
    expect(await workplace.run(['audit', 'trail', '--tenant', 'nobody'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'There is no tenant "nobody".\n',
    });
  });
});
