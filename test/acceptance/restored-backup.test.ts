import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Command } from 'commander';
import pg from 'pg';
import { ApiClient } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { EraseSubject, Login } from '../../src/client/operations.js';
import { callStream, erasureStream } from '../../src/domain/stream.js';
import { addAuditCommands } from '../../src/main/audit/commands.js';
import { addReplayCommands } from '../../src/main/replay/commands.js';
import { addTenantCommands } from '../../src/main/tenants/commands.js';
import { FileObjectStore } from '../../src/objects/file-object-store.js';
import { ErasureCopies } from '../../src/tenancy/erasure-copies.js';
import { Workplace } from '../support/command.js';
import { runHere } from '../support/command-here.js';
import {
  ADMIN,
  createTestTenant,
  restoreBackup,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import type { TestDatabase } from '../support/postgres/test-database.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { until } from '../support/postgres/until.js';
import { contactOf, SpokenCall } from '../support/spoken-call.js';
import { filesWith, tablesWith } from '../support/traces.js';

jest.setTimeout(120_000);

const CallOf = graphql(`
  query CallOfABackup($id: ID!, $minPosition: String) {
    call(id: $id, minPosition: $minPosition) {
      from
      turns {
        callerText
      }
    }
  }
`);

const ANN = { number: '+14155550177', words: 'rutabaga' };
const BOB = { number: '+14155550188', words: 'marzipan' };

const addCommands = (program: Command): void => {
  addAuditCommands(program);
  addReplayCommands(program);
  addTenantCommands(program);
};

describe('an older backup of the database', () => {
  /** The object store's, which isn't restored. */
  let dataDir: string;
  let origin: TestPlatform;
  let mine: TestTenant;
  let backup: TestDatabase | undefined;
  let restored: TestPlatform | undefined;

  beforeEach(async () => {
    dataDir = await makeTestDirectory();
    origin = await startTestPlatform({ environment: { DATA_DIR: dataDir } });
    mine = await createTestTenant(origin);
  });
  afterEach(async () => {
    await restored?.close();
    restored = undefined;
    await origin.close();
    await backup?.drop();
    await removeTestDirectory(dataDir);
  });

  const takeBackup = async () => {
    backup = await restoreBackup(origin);
  };

  const startRestored = async (): Promise<TestPlatform> => {
    await restored?.close();
    restored = undefined;
    restored = await startTestPlatform({
      databaseUrl: backup?.url ?? '',
      environment: { DATA_DIR: dataDir },
    });
    return restored;
  };

  const spoken = async (caller: typeof ANN, { storage } = origin): Promise<string> => {
    const call = new SpokenCall(storage.ledger, mine.tenantId, caller);
    const position = await call.toItsEnd();
    const client = await inTenant(storage === origin.storage ? origin : restored);
    await client.request(CallOf, { id: call.callId, minPosition: position });
    return call.callId;
  };

  /** Schema `ops` may be lost. */
  const loseOps = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: backup?.url ?? '' });
    await client.connect();
    await client.query('truncate ops.applied_erasures');
    await client.end();
  };

  const inTenant = async (platform: TestPlatform | undefined): Promise<ApiClient> => {
    const client = new ApiClient(platform?.url ?? '');
    const { login } = await client.request(Login, { input: { ...ADMIN, tenantId: mine.tenantId } });
    return client.as(login.accessToken);
  };

  const words = async (callId: string, platform: TestPlatform | undefined): Promise<unknown[]> => {
    const { call } = await (await inTenant(platform)).request(CallOf, { id: callId });
    const events = await platform?.storage.ledger.readStream(callStream(mine.tenantId, callId));
    const said = events?.flatMap(({ type, data }) => (type === 'CallerTurnCommitted' ? [data.text] : []));
    // By the read model, and by the ledger.
    return [call?.from, ...(call?.turns ?? []).map(({ callerText }) => callerText), '', ...(said ?? [])];
  };

  const erase = async (caller: typeof ANN): Promise<void> => {
    const input = { kind: 'CONTACT', id: caller.number } as const;
    const { eraseSubject } = await mine.client.request(EraseSubject, { input });
    expect(eraseSubject.userErrors).toEqual([]);
  };

  it('brings back nobody who was erased since', async () => {
    const [call, other] = [await spoken(ANN), await spoken(BOB)];
    await takeBackup();
    await erase(ANN);
    const traces = [ANN.number, ANN.words];
    expect(await tablesWith(backup?.url ?? '', traces)).not.toEqual([]);

    // Nobody is served as long as it's unknown who that was.
    const objects = join(dataDir, 'objects');
    await rename(objects, `${objects}-unmounted`);
    await expect(startRestored()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(`The object store in ${objects} isn't this database's: `),
    });
    await rename(`${objects}-unmounted`, objects);
    const platform = await startRestored();

    // Whoever asks first gets nothing of it any more.
    expect(new Set(await words(call, platform))).toEqual(new Set([null, '']));
    expect(await words(other, platform)).toContain(`My word is ${BOB.words}`);
    expect(await tablesWith(platform.databaseUrl, traces)).toEqual([]);
    await until('the files have nothing of it', async () => {
      return (await filesWith(platform.databaseUrl, traces)).length === 0;
    });
    const stream = erasureStream(mine.tenantId, contactOf(mine.tenantId, ANN.number));
    const [first] = await origin.storage.ledger.readStream(stream);
    const again = await platform.storage.ledger.readStream(stream);
    expect(again.map(({ id, data, metadata }) => ({ id, data, metadata }))).toEqual([
      { id: first?.id, data: first?.data, metadata: first?.metadata },
    ]);
  });

  it('shows nobody of them on the command line either, before anything was served from it', async () => {
    const [call, other] = [await spoken(ANN), await spoken(BOB)];
    const workplace = await Workplace.open({ ...origin.variables, DATA_DIR: dataDir });
    const file = (name: string) => join(workplace.directory, name);
    const stream = callStream(mine.tenantId, call);
    const commands: readonly (readonly string[])[] = [
      ['audit', 'stream', stream],
      ['audit', 'state', stream],
      ['audit', 'diff', stream, '0', '6'],
      ['audit', 'export', file('audit.jsonl')],
      ['replay', 'call', call],
      ['replay', 'export', call],
      ['tenants', 'export', mine.tenantId, '--out', file('tenant.jsonl')],
    ];
    const backups: TestDatabase[] = [];
    for (const _ of commands) backups.push(await restoreBackup(origin));
    try {
      await erase(ANN);
      const shown: unknown[] = [];
      for (const [at, args] of commands.entries()) {
        const DATABASE_URL = backups[at]?.url ?? '';
        const { stdout } = await runHere(workplace, addCommands, args, { DATABASE_URL });
        if (stdout.includes(ANN.words) || stdout.includes(ANN.number)) shown.push(args);
        const left = await runHere(workplace, addCommands, ['replay', 'call', other], { DATABASE_URL });
        expect(left.stdout).toContain(BOB.words);
      }
      for (const name of ['audit.jsonl', 'tenant.jsonl']) {
        const text = await readFile(file(name), 'utf8');
        if (text.includes(ANN.words) || text.includes(ANN.number)) shown.push(name);
        expect([name, text.includes('SubjectErased')]).toEqual([name, true]);
      }
      expect(shown).toEqual([]);
    } finally {
      for (const { drop } of backups) await drop();
      await workplace.close();
    }
  });

  it('leaves alone who calls after it was restored, however often it starts', async () => {
    const known = await spoken(BOB);
    await takeBackup();
    // Ann, whom the backup doesn't know; and Bob, whom it does, twice.
    await spoken(ANN);
    await erase(ANN);
    await erase(BOB);
    await spoken(BOB);
    await erase(BOB);

    const platform = await startRestored();
    const calls = [await spoken(ANN, platform), await spoken(BOB, platform)];
    const expected = [`My word is ${ANN.words}`, `My word is ${BOB.words}`];
    for (const starts of [1, 2]) {
      for (const [at, callId] of calls.entries()) {
        const said = (await words(callId, restored)).filter((text) => text === expected[at]);
        expect([starts, said.length]).toEqual([starts, 4]);
      }
      expect(new Set(await words(known, restored))).toEqual(new Set([null, '']));
      await loseOps();
      await startRestored();
    }
  });

  it('goes on with an erasure whose process died at once', async () => {
    const call = await spoken(ANN);
    await takeBackup();
    const copies = new ErasureCopies(new FileObjectStore(join(dataDir, 'objects')));
    await copies.put({
      format: 1,
      tenantId: mine.tenantId,
      kind: 'contact',
      subjectId: contactOf(mine.tenantId, ANN.number),
      generation: 1,
      command: {
        commandId: 'erase',
        correlationId: 'request',
        actor: { type: 'user', id: 'usr_1' },
        occurredAt: new Date().toISOString(),
      },
    });
    expect(new Set(await words(call, await startRestored()))).toEqual(new Set([null, '']));
  });

  it('is not served while an erasure cannot be read', async () => {
    await spoken(ANN);
    await takeBackup();
    await erase(ANN);
    const folder = join(dataDir, 'objects', 'erasures');
    const [name = ''] = await readdir(folder);
    await writeFile(join(folder, name), '{"format":1');
    await expect(startRestored()).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching(
        /^The erasure erasures\/tnt_.*\.json in the object store is damaged: restore it/,
      ),
    });
  });
});
