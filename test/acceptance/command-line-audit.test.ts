import { spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { silentLogger } from '../../src/domain/logger.js';
import { callStream, tenantStream } from '../../src/domain/stream.js';
import { addAuditCommands } from '../../src/main/audit/commands.js';
import { FileObjectStore } from '../../src/objects/file-object-store.js';
import { Sealer } from '../../src/replay/seals/sealer.js';
import { Signer } from '../../src/replay/seals/signing.js';
import { testCall } from '../support/call-events.js';
import { PROGRAM, Workplace } from '../support/command.js';
import { runHere } from '../support/command-here.js';
import { openLedger, testContext } from '../support/ledger.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { testKeyVariables, testSealKey } from '../support/secrets.js';

jest.setTimeout(60_000);

const tenantId = 'tnt_00000000000000000000000001';
const sealKey = testSealKey();
const { publicKey, keyId } = new Signer(sealKey);
const base64 = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const privateBase64 = sealKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
const pem = publicKey.export({ type: 'spki', format: 'pem' });
const stranger = createPublicKey(testSealKey(2)).export({ type: 'spki', format: 'der' }).toString('base64');

describe('ledgerline audit', () => {
  let database: TestDatabase;
  let workplace: Workplace;
  /** Where neither a database nor a key is. */
  let elsewhere: Workplace;
  const call = testCall(2);
  const stream = callStream(tenantId, call.callId);

  beforeAll(async () => {
    database = await createTestDatabase();
    workplace = await Workplace.open({
      DATABASE_URL: database.url,
      ...testKeyVariables,
      SEAL_PRIVATE_KEY: privateBase64,
    });
    elsewhere = await Workplace.open();
    await fill();
  });
  afterAll(async () => {
    await workplace.close();
    await elsewhere.close();
    await database.drop();
  });

  /** A tenant, its call, their seal; position by position: 1, 2–16, 17. */
  const fill = async (): Promise<void> => {
    const { ledger, close } = openLedger(database.url);
    const created = { type: 'TenantCreated', data: { tenantId, name: 'Acme', createdBy: 'usr_1' } } as const;
    await ledger.append(tenantStream(tenantId), [created], 'none', testContext('tenant'));
    await ledger.keys.createCallKey(tenantId, call.contactId, call.callId);
    await ledger.append(stream, call.events, 'none', testContext('call'));
    const objects = new FileObjectStore(join(workplace.directory, 'objects'));
    let nowMs = Date.now();
    const signer = new Signer(sealKey);
    const sealer = new Sealer({
      ledger,
      objects,
      signer,
      worker: 'w',
      logger: silentLogger,
      now: () => nowMs,
    });
    await sealer.look();
    nowMs += 60_000;
    await sealer.look();
    await close();
  };

  const tamper = async (change: string): Promise<void> => {
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query('alter table ledger.events disable trigger append_only');
    await client.query(`update ledger.events set ${change}`);
    await client.query('alter table ledger.events enable trigger append_only');
    await client.end();
  };

  const DIFFERENCE = `The first event that differs is at position 3 (${stream}, revision 1): it isn't what was exported: its content and its hash don't agree.\n`;
  const tamperedText = async (file: string): Promise<string> =>
    (await readFile(file, 'utf8')).replace('"atMs\\":100', '"atMs\\":101');

  const audit = (...args: readonly string[]) => workplace.run(['audit', ...args]);
  /** In the test's process: where another test proves the same command in its own. */
  const auditHere = (args: readonly string[], where = workplace) =>
    runHere(where, addAuditCommands, ['audit', ...args]);

  it('prints the public key, and never the other half', async () => {
    expect(await audit('key')).toEqual({
      exitCode: 0,
      stdout: `Key         ${keyId}\nPublic key  ${base64}\n\n${pem}`,
      stderr: '',
    });
  });

  it('verifies an untouched ledger', async () => {
    const { exitCode, stdout, stderr } = await audit('verify');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'Events      17 events',
      expect.stringMatching(/^Seals {7}1 seal, up to position 16 at 20\d\d-\d\d-\d\dT[\d:.]+Z$/),
      expect.stringMatching(/^Last hash {3}[0-9a-f]{64}$/),
      'Unsealed    1 newer event',
      expect.stringMatching(/^Copies {6}every seal has one in .*objects$/),
      'Result      The ledger is what was sealed.',
      '',
    ]);
    expect(await auditHere(['verify', '--from', '2', '--to', '9'])).toMatchObject({ exitCode: 0 });
  });

  it('says in a sentence that what it prints finds no room', async () => {
    const full = await open('/dev/full', 'w');
    const child = spawn(process.execPath, [PROGRAM, 'audit', 'key'], {
      env: { ...workplace.variables },
      stdio: ['ignore', full.fd, 'pipe'],
    });
    const [stderr, [exitCode]] = await Promise.all([text(child.stderr as Readable), once(child, 'close')]);
    await full.close();
    expect([exitCode, stderr]).toEqual([
      1,
      "What was to be printed can't be written (ENOSPC: no space left on device, write).\n",
    ]);
  });

  it('names the first event that differs', async () => {
    await tamper(`data = replace(data, '100', '101') where position = 3`);
    const { exitCode, stderr } = await audit('verify');
    await tamper(`data = replace(data, '101', '100') where position = 3`);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `The first event that differs is at position 3 (${stream}, revision 1): it isn't what was sealed (seal 0).\n`,
    });
  });

  it('believes other keys only when they are given', async () => {
    const wrong = await auditHere(['verify', '--public-key', stranger]);
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stderr).toMatch(
      /^The first event .*: seal 0 is signed by the key \w+, which isn't trusted here \(\w+ is\)\.\n$/,
    );
    const both = await auditHere(['verify', '--public-key', stranger, '--public-key', base64]);
    expect(both).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('exports what is verified anywhere', async () => {
    const whole = join(workplace.directory, 'whole.jsonl');
    expect(await audit('export', whole)).toMatchObject({ exitCode: 0, stderr: '' });
    const tampered = await elsewhere.write('whole.jsonl', await tamperedText(whole));
    const verify = (path: string) =>
      elsewhere.run(['audit', 'verify', '--file', path, '--public-key', base64]);
    const [good, bad] = await Promise.all([verify(whole), verify(tampered)]);
    expect(good).toMatchObject({ exitCode: 0, stderr: '' });
    expect(good.stdout).toContain('File        the whole ledger, 18 events shown\n');
    expect(good.stdout).toContain('Result      The file is what was exported and sealed.\n');
    const byOwnKey = ['audit', 'verify', '--file', whole];
    expect(
      await runHere(elsewhere, addAuditCommands, byOwnKey, { SEAL_PRIVATE_KEY: privateBase64 }),
    ).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await readdir(elsewhere.directory)).toEqual(['whole.jsonl']);
    expect(bad).toMatchObject({ exitCode: 1, stderr: DIFFERENCE });
  });

  it("exports a tenant's events alone, and verifies them with a key in a file", async () => {
    const bare = await elsewhere.write('bare.pem', pem);
    const printed = await elsewhere.write('key.pem', (await auditHere(['key'])).stdout);
    const mine = join(workplace.directory, 'mine.jsonl');
    expect(await auditHere(['export', mine, '--tenant', tenantId])).toEqual({
      exitCode: 0,
      stdout: `File        ${mine}\nEvents      18 events of ${tenantId} and of seals, and the hashes of 1 other\n`,
      stderr: '',
    });
    const verify = (path: string, key: string) =>
      auditHere(['verify', '--file', path, '--public-key', key], elsewhere);
    for (const key of [base64, bare, printed]) {
      const good = await verify(mine, key);
      expect(good).toMatchObject({ exitCode: 0, stderr: '' });
      expect(good.stdout).toContain(`File        ${tenantId}, 18 events shown\n`);
    }
    const tampered = await elsewhere.write('mine.jsonl', await tamperedText(mine));
    expect(await verify(tampered, printed)).toMatchObject({ exitCode: 1, stderr: DIFFERENCE });
  });

  it('refuses what it cannot do in one sentence', async () => {
    const notes = await workplace.write('notes.md', '# Notes\n');
    const missing = join(workplace.directory, 'missing.jsonl');
    const refusals: [string[], string | RegExp][] = [
      [['verify', '--from', 'x'], '--from "x" is no position: give a whole number.'],
      [['verify', '--from', '99'], /^The ledger ends at position \d+: there is no position 99\.$/],
      [['verify', '--file', missing], /^The file .*missing\.jsonl can't be read \(ENOENT.*\)\.$/],
      [['verify', '--file', workplace.directory], /^The file .* can't be read \(EISDIR.*\)\.$/],
      [['verify', '--file', notes], /^This file is no export of the ledger, /],
      [['verify', '--file', notes, '--to', '3'], 'A file is verified as a whole: leave out --from and --to.'],
      [
        ['verify', '--public-key', missing],
        /^--public-key ".*missing\.jsonl" is no Ed25519 key in base64, nor a file/,
      ],
      [['verify', '--public-key', notes], /^A public key must be an Ed25519 key, as PEM or as base64: /],
      [['export', notes], /^.*notes\.md can't be written \(EEXIST.*\): name a new file/],
      [['export', join(missing, 'x')], /^.* can't be written \(ENOENT.*\): name a new file/],
      [['export', join(workplace.directory, 'x.jsonl'), '--tenant', 'tnt_1'], 'There is no tenant "tnt_1".'],
    ];
    for (const [args, sentence] of refusals) {
      const { exitCode, stderr } = await auditHere(args);
      expect([args, exitCode, stderr.split('\n').length]).toEqual([args, 1, 2]);
      expect(stderr.trimEnd()).toEqual(
        typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
      );
    }
    const keyless = await elsewhere.run(['audit', 'verify', '--file', notes]);
    expect(keyless).toMatchObject({ exitCode: 1, stdout: '' });
    expect(keyless.stderr).toMatch(
      /^This machine has no seal key: give the platform's with --public-key; .*\n$/,
    );
  });

  it('verifies and shows it alike, however the server and its address would write times', async () => {
    const client = new pg.Client(database.url);
    await client.connect();
    const name = client.escapeIdentifier(client.database ?? '');
    await client.query(`alter database ${name} set datestyle to 'SQL, DMY'`);
    const address = new URL(database.url);
    address.searchParams.set('options', '-c TimeZone=Asia/Kolkata -c application_name=theirs');
    const keys = { ...testKeyVariables, SEAL_PRIVATE_KEY: privateBase64 };
    const there = await Workplace.open({ DATABASE_URL: address.href, ...keys });
    for (const place of [workplace, there]) {
      const { exitCode, stderr } = await place.run(['audit', 'verify']);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    }
    const { stdout } = await audit('stream', stream, '--at', '0');
    expect(stdout).toMatch(/^ {4}0 {2}20\d\d-\d\d-\d\dT[\d:.]{12}Z {2}CallReceived /);
    await client.query(`alter database ${name} reset datestyle`);
    await client.end();
    await there.close();
  });
});
