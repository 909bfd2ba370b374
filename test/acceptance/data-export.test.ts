import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../src/client/api-client.js';
import { DataExport, EraseSubject, Login, RequestDataExport } from '../../src/client/operations.js';
import { newId } from '../../src/domain/ids.js';
import { exportStream } from '../../src/domain/stream.js';
import { AccessTokens } from '../../src/identity/tokens.js';
import { platformCommand } from '../../src/main/demo-login.js';
import { derivedKey } from '../../src/main/secrets.js';
import { MARKER } from '../../src/objects/store-marker.js';
import { DownloadTokens } from '../../src/tenancy/export/download-tokens.js';
import { uploadText } from '../support/documents/upload.js';
import {
  ADMIN,
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  testSecrets,
} from '../support/platform.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { until } from '../support/postgres/until.js';
import { contactOf, SpokenCall } from '../support/spoken-call.js';

type Kind = 'CONTACT' | 'USER' | 'CALL' | 'TENANT';

const ANN = { number: '+14155550177', words: 'rutabaga' };
const BOB = { number: '+14155550188', words: 'marzipan' };

/** The files beneath a directory that have one of these. */
const filesIn = async (directory: string, texts: readonly string[]): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    if (texts.some((text) => bytes.includes(text))) found.push(entry.name);
  }
  return found;
};

describe('a data export', () => {
  let directory: string;
  let platform: TestPlatform;
  let mine: TestTenant;

  beforeAll(async () => {
    directory = await makeTestDirectory();
    platform = await startTestPlatform({ environment: { DATA_DIR: directory } });
  });
  beforeEach(async () => {
    mine = await createTestTenant(platform);
  });
  afterAll(async () => {
    await platform.close();
    await removeTestDirectory(directory);
  });

  const spoken = async (caller: typeof ANN, { tenantId } = mine): Promise<string> => {
    const call = new SpokenCall(platform.storage.ledger, tenantId, caller);
    await call.toItsEnd();
    return call.callId;
  };

  const request = async (
    kind: Kind,
    id: string,
    client: ApiClient = mine.client,
    key: string | null = null,
  ) =>
    (await client.request(RequestDataExport, { input: { kind, id, idempotencyKey: key } })).requestDataExport;

  const asked = async (...args: Parameters<typeof request>): Promise<string> => {
    const { dataExport, userErrors } = await request(...args);
    expect(userErrors).toEqual([]);
    return dataExport?.id ?? '';
  };

  const find = async (id: string, client: ApiClient = mine.client) =>
    (await client.request(DataExport, { id })).dataExport;

  const made = async (id: string, client: ApiClient = mine.client) => {
    let found = await find(id, client);
    await until('the export is made', async () => {
      found = await find(id, client);
      return found?.status !== 'REQUESTED';
    });
    if (!found) throw new Error(`There is no export ${id}.`);
    return found;
  };

  const ready = async (...args: Parameters<typeof request>) => made(await asked(...args), args[2]);

  const download = async (url: string | null | undefined, headers: Record<string, string> = {}) =>
    fetch(url ?? '', { headers });

  const linesOf = async (url: string | null | undefined) => {
    const text = await (await download(url)).text();
    expect(text.endsWith('\n')).toBe(true);
    return {
      text,
      lines: text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    };
  };

  const erase = async (kind: Kind, id: string) => {
    const { eraseSubject } = await mine.client.request(EraseSubject, { input: { kind, id } });
    expect(eraseSubject.userErrors).toEqual([]);
  };

  const roleOf = (tenantRole: 'OWNER' | 'MEMBER', userId = newId('user')): ApiClient =>
    platform.admin.as(
      new AccessTokens(testSecrets.jwtKeys, 600).issue({
        userId,
        tenantId: mine.tenantId,
        tenantRole,
        platformRole: null,
      }).accessToken,
    );

  it('of a contact has all of its calls in the clear, and nobody else', async () => {
    const calls = [await spoken(ANN), await spoken(ANN)];
    await spoken(BOB);
    const found = await ready('CONTACT', ANN.number);
    expect(found).toMatchObject({
      kind: 'CONTACT',
      subjectId: contactOf(mine.tenantId, ANN.number),
      status: 'READY',
      failure: null,
    });
    const response = await download(found.downloadUrl);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${found.id}.jsonl"`);
    expect(Number(response.headers.get('content-length'))).toBe(found.bytes);

    const { text, lines } = await linesOf(found.downloadUrl);
    const [header, ...events] = lines.slice(0, -1);
    expect(header).toMatchObject({ format: 'ledgerline-export', version: 2, kind: 'contact' });
    expect(events).toHaveLength(found.events ?? -1);
    for (const callId of calls) {
      const received = events.find(({ data }) => data.callId === callId);
      expect(received).toMatchObject({ type: 'CallReceived', revision: 0, data: { from: ANN.number } });
      const words = events.filter(({ stream }) => stream === received.stream).map(({ data }) => data.text);
      expect(words).toContain(`My word is ${ANN.words}`);
    }
    expect(text).not.toMatch(/marzipan|4155550188/);
    const before = text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1);
    expect(lines.at(-1)).toEqual({
      events: found.events,
      files: 0,
      lostFiles: 0,
      sha256: createHash('sha256').update(before).digest('hex'),
    });
  });

  it('is encrypted where it is kept, and whoever is erased is in it no more', async () => {
    await spoken(ANN);
    await spoken(BOB);
    const ofAnn = await ready('CONTACT', ANN.number);
    const ofBob = await ready('CONTACT', BOB.number);
    const ofAll = await ready('TENANT', mine.tenantId);
    expect(await filesIn(directory, [ANN.number, ANN.words])).toEqual([]);

    await erase('CONTACT', ANN.number);
    for (const { id, downloadUrl } of [ofAnn, ofAll]) {
      const response = await download(downloadUrl);
      expect(response.status).toBe(410);
      expect(await response.json()).toMatchObject({
        error: { message: 'Somebody in this export was erased since it was made: ask for a new one.' },
      });
      expect(await find(id)).toMatchObject({ status: 'ERASED', downloadUrl: null });
    }
    expect((await download(ofBob.downloadUrl)).status).toBe(200);

    const { text, lines } = await linesOf((await ready('TENANT', mine.tenantId)).downloadUrl);
    expect(text).not.toMatch(/rutabaga|4155550177/);
    expect(text).toContain(BOB.words);
    const received = lines.filter(({ type }) => type === 'CallReceived').map(({ data }) => data.from);
    expect(received).toEqual([null, BOB.number]);
  });

  it('of a call has that call, with its erasure', async () => {
    const [one, other] = [await spoken(ANN), await spoken(ANN)];
    await erase('CALL', one);
    const { text, lines } = await linesOf((await ready('CALL', one)).downloadUrl);
    expect(lines.find(({ type }) => type === 'CallReceived').data).toMatchObject({ callId: one, from: null });
    expect(lines.map(({ type }) => type)).toContain('SubjectErased');
    expect(text).not.toContain(other);
  });

  it('of a user has its registration and memberships, without the hash of its password', async () => {
    const userId = await platform.platform.users.register(
      {
        email: 'ann@example.com',
        password: 'a password that is long',
        firstName: 'Ann',
        lastName: 'Other',
        platformRole: null,
      },
      platformCommand(),
    );
    const self = roleOf('MEMBER', userId);
    const found = await ready('USER', userId, self);
    const { lines, text } = await linesOf(found.downloadUrl);
    expect(lines[1]).toMatchObject({ type: 'UserRegistered', data: { email: 'ann@example.com' } });
    expect(text).not.toContain('argon2');
    expect(await find(found.id, roleOf('OWNER'))).toBeNull();
    expect(await find(found.id, platform.admin)).toMatchObject({ status: 'READY' });
  });

  it('is downloaded in parts', async () => {
    for (let at = 0; at < 40; at++) await spoken(ANN);
    const { downloadUrl, bytes } = await ready('CONTACT', ANN.number);
    const whole = Buffer.from(await (await download(downloadUrl)).arrayBuffer());
    // More than a frame, so that a range begins in the middle of one and ends in another.
    expect(whole.length).toBeGreaterThan(130_000);
    for (const [range, start, end] of [
      ['bytes=0-9', 0, 10],
      ['bytes=60000-130000', 60_000, 130_001],
      [`bytes=${whole.length - 5}-`, whole.length - 5, whole.length],
      ['bytes=-7', whole.length - 7, whole.length],
      ['bytes=100-99999999', 100, whole.length],
    ] as const) {
      const response = await download(downloadUrl, { range });
      expect([range, response.status]).toEqual([range, 206]);
      expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${bytes}`);
      expect(Buffer.from(await response.arrayBuffer()).equals(whole.subarray(start, end))).toBe(true);
    }
    const beyond = await download(downloadUrl, { range: `bytes=${whole.length}-` });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes}`]);
  });

  it('is not downloaded by a link that is forged, changed or old', async () => {
    await spoken(ANN);
    const { id, downloadUrl } = await ready('CONTACT', ANN.number);
    const grant = { tenantId: mine.tenantId, exportId: id };
    const key = derivedKey(testSecrets.masterKey, 'export downloads');
    const old = new DownloadTokens(key, () => Date.now() - 16 * 60_000).issue(grant);
    const foreign = new DownloadTokens(derivedKey(testSecrets.masterKey, 'media tokens'), Date.now).issue(
      grant,
    );
    const [url = '', token = ''] = /^(.*\/)([^/]+)$/.exec(downloadUrl ?? '')?.slice(1) ?? [];
    for (const [bad, message] of [
      [old, 'This link has expired: ask for the export again to get a new one.'],
      [foreign, 'This link is not one that this platform gave out.'],
      [`x${token}`, 'This link is not one that this platform gave out.'],
      ['', 'This link is not one that this platform gave out.'],
    ] as const) {
      const response = await download(`${url}${bad}`);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ error: { code: 'FORBIDDEN', message } });
    }
  });

  it('is made by another process, where the one that was asked cannot', async () => {
    await spoken(ANN);
    // Its object store takes nothing of this tenant: it tries again and again, as one does that is killed at it.
    const exports = join(directory, 'objects', 'exports');
    await mkdir(exports, { recursive: true });
    await writeFile(join(exports, mine.tenantId), 'no directory');
    const id = await asked('CONTACT', ANN.number);
    expect(await find(id)).toMatchObject({ status: 'REQUESTED', downloadUrl: null, events: null });
    // A copy of the object store, from before anything was in it.
    const copy = await makeTestDirectory();
    await mkdir(join(copy, 'objects'));
    await copyFile(join(directory, 'objects', MARKER), join(copy, 'objects', MARKER));
    const other = await startTestPlatform({
      databaseUrl: platform.databaseUrl,
      environment: { DATA_DIR: copy },
    });
    try {
      const { login } = await other.admin.request(Login, { input: { ...ADMIN, tenantId: mine.tenantId } });
      const client = other.admin.as(login.accessToken);
      const found = await made(id, client);
      expect((await linesOf(found.downloadUrl)).text).toContain(ANN.words);
      // Its file is in the other's object store.
      await rm(join(exports, mine.tenantId));
      expect(await find(id)).toMatchObject({ status: 'MISSING', events: found.events, downloadUrl: null });
    } finally {
      await other.close();
      await removeTestDirectory(copy);
    }
    const events = await platform.storage.ledger.readStream(exportStream(mine.tenantId, id));
    expect(events.map(({ type }) => type)).toEqual(['DataExportRequested', 'DataExportReady']);
  });

  it('is one, however often it is asked for with the same key', async () => {
    await spoken(ANN);
    const first = await asked('CONTACT', ANN.number, mine.client, 'once');
    expect(await asked('CONTACT', contactOf(mine.tenantId, ANN.number), mine.client, 'once')).toBe(first);
    expect(await asked('CONTACT', ANN.number)).not.toBe(first);
  });

  it('is for those who manage the tenant; what is not theirs does not exist', async () => {
    const callId = await spoken(ANN);
    const theirs = await createTestTenant(platform);
    const { id } = await ready('CALL', callId);
    await expect(request('CALL', callId, roleOf('MEMBER'))).rejects.toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    expect(await find(id, roleOf('MEMBER'))).toBeNull();
    expect(await find(id, roleOf('OWNER'))).toMatchObject({ status: 'READY' });
    expect(await find(id, theirs.client)).toBeNull();
    expect(await find('nonsense')).toBeNull();
    const owner = roleOf('OWNER');
    for (const [kind, client, other] of [
      ['CALL', theirs.client, callId],
      ['CONTACT', theirs.client, ANN.number],
      ['TENANT', owner, theirs.tenantId],
      ['TENANT', owner, 'sys'],
      ['TENANT', platform.admin, 'sys'],
    ] as const) {
      const { userErrors } = await request(kind, other, client);
      expect([kind, userErrors[0]?.code]).toEqual([kind, 'NOT_FOUND']);
    }
  });

  it('of a tenant has the files of its documents, encrypted where they are kept', async () => {
    const content = 'Nobody knows the fairy ring.\n'.repeat(5_000);
    await uploadText(platform, mine.tenantId, { title: 'Rings', content });
    const { events, downloadUrl } = await ready('TENANT', mine.tenantId);
    const { lines } = await linesOf(downloadUrl);
    const original = lines.filter(({ file }) => file === 'original');
    expect(original.map(({ part, parts, mediaType }) => [part, parts, mediaType])).toEqual(
      [1, 2, 3].map((part) => [part, 3, 'text/plain']),
    );
    const file = Buffer.from(original.map(({ data }) => data).join(''), 'base64');
    expect(file.toString('utf8')).toBe(content);
    expect(lines.filter(({ type }) => type)).toHaveLength(events ?? -1);
    expect(await filesIn(directory, ['fairy ring'])).toEqual([]);
  });

  it('of a tenant by the platform is noted in that tenant', async () => {
    const found = await ready('TENANT', mine.tenantId, platform.admin);
    expect(await find(found.id, mine.client)).toMatchObject({ status: 'READY' });
    const again = await ready('TENANT', mine.tenantId, platform.admin);
    const { lines } = await linesOf(again.downloadUrl);
    const reads = lines.filter(({ type }) => type === 'RecordsRead').map(({ data }) => data);
    expect(reads).toContainEqual({ permission: 'data:export', subject: mine.tenantId });
    expect(
      lines.some(({ type, data }) => type === 'Reserved' && data.ownerStream.startsWith('number-')),
    ).toBe(true);
  });
});
