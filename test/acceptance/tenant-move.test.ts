import { execFileSync } from 'node:child_process';
import { createSecretKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiClient } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { EraseSubject, Login } from '../../src/client/operations.js';
import { callStream, numberStream, tenantStream } from '../../src/domain/stream.js';
import { Pseudonyms } from '../../src/ledger/keys/pseudonyms.js';
import { addTenantCommands } from '../../src/main/tenants/commands.js';
import { ArchiveHash } from '../../src/tenancy/export/archive-file.js';
import { type Variables, Workplace } from '../support/command.js';
import { runHere } from '../support/command-here.js';
import { uploadText } from '../support/documents/upload.js';
import {
  ADMIN,
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { contactOf, SpokenCall } from '../support/spoken-call.js';

jest.setTimeout(120_000);

const ANN = { number: '+14155550177', words: 'rutabaga' };
const BOB = { number: '+14155550188', words: 'marzipan' };
const EVE = { number: '+14155550199', words: 'celeriac' };

const Everything = graphql(`
  query EverythingOfATenant($id: ID!) {
    tenant(id: $id) {
      id
      name
      status
      language
      createdAt
      phoneNumbers {
        id
        number
        agentId
      }
    }
    agents {
      nodes {
        id
        name
        latestVersion
        liveVersion
        createdAt
        versions {
          version
          greeting
        }
      }
    }
    calls {
      nodes {
        id
        callSid
        contactId
        from
        to
        status
        receivedAt
        endedAt
        durationMs
        turnCount
        turns {
          turn
          callerText
          agentText
          agentHeardText
          interrupted
        }
        events(first: 100) {
          nodes {
            id
            type
            revision
            occurredAt
            data
          }
        }
      }
    }
  }
`);

const MovedDocuments = graphql(`
  query MovedDocuments($query: String!) {
    knowledgeDocuments {
      nodes {
        title
        status
        failure {
          code
          message
        }
      }
    }
    searchKnowledge(query: $query, minScore: -1) {
      title
    }
  }
`);

/** Another installation: its own keys, its own database. */
const otherIndexKey = createSecretKey(Buffer.alloc(32, 'another index'));
const otherContactOf = (tenantId: string, number: string): string =>
  new Pseudonyms(otherIndexKey).contactId(tenantId, number);

describe('a tenant that moves to another installation', () => {
  let origin: TestPlatform;
  let tenant: TestTenant;
  let here: Workplace;
  let file: string;
  let numberId: string;
  let calls: { readonly ann: string; readonly bob: readonly string[]; readonly eve: readonly string[] };

  const spoken = async (caller: typeof ANN): Promise<string> => {
    const call = new SpokenCall(origin.storage.ledger, tenant.tenantId, caller);
    await call.toItsEnd();
    return call.callId;
  };

  const erase = async (kind: 'CONTACT' | 'CALL', id: string) => {
    const { eraseSubject } = await tenant.client.request(EraseSubject, { input: { kind, id } });
    expect(eraseSubject.userErrors).toEqual([]);
  };

  beforeAll(async () => {
    origin = await startTestPlatform();
    tenant = await createTestTenant(origin, { greeting: 'Welcome to Acme' });
    await uploadText(origin, tenant.tenantId, { title: 'Opening hours', content: 'Nine to five.' });
    await documentsOf(tenant.client, 'READY');
    const ann = await spoken(ANN);
    const bob = [await spoken(BOB), await spoken(BOB)];
    await erase('CALL', bob[0] ?? '');
    const before = await spoken(EVE);
    await erase('CONTACT', EVE.number);
    // She came back.
    const eve = [before, await spoken({ ...EVE, words: 'parsnip' })];
    calls = { ann, bob, eve };
    const { tenant: shown } = await everythingOf(tenant.client, (ended) => ended === 5);
    numberId = shown?.phoneNumbers[0]?.id ?? '';
    here = await Workplace.open(origin.variables);
    file = join(here.directory, 'tenant.jsonl');
    const { exitCode, stdout, stderr } = await here.run([
      'tenants',
      'export',
      tenant.tenantId,
      '--out',
      file,
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      new RegExp(
        `^File +${file}: it has .*\\nEvents +\\d+ events of ${tenant.tenantId}\\nFiles +4 files: recordings, .*\\n$`,
      ),
    );
  });
  afterAll(async () => {
    await here.close();
    await origin.close();
  });

  const everythingOf = async (client: ApiClient, isThere: (count: number) => boolean) => {
    let found = await client.request(Everything, { id: tenant.tenantId });
    await until('the read models have it', async () => {
      found = await client.request(Everything, { id: tenant.tenantId });
      const { calls, tenant: shown } = found;
      return shown !== null && isThere(calls.nodes.filter(({ endedAt }) => endedAt !== null).length);
    });
    return found;
  };

  /** Once they have all come so far. */
  const documentsOf = (client: ApiClient, status: 'READY' | 'FAILED') =>
    until(`the documents are ${status}`, async () => {
      const found = await client.request(MovedDocuments, { query: 'When do you open?' });
      const { nodes } = found.knowledgeDocuments;
      return nodes.length > 0 && nodes.every((document) => document.status === status) && found;
    });

  interface Another {
    readonly other: TestPlatform;
    readonly there: Workplace;
    close(): Promise<void>;
  }

  /** Another installation, its platform, and commands on it. */
  const openAnother = async (): Promise<Another> => {
    const other = await startTestPlatform({ indexKey: otherIndexKey });
    const there = await Workplace.open(other.variables);
    const close = async () => {
      await there.close();
      await other.close();
    };
    return { other, there, close };
  };

  /** In the test's process. */
  const tenantsHere = (where: Workplace, args: readonly string[], variables: Variables = {}) =>
    runHere(where, addTenantCommands, ['tenants', ...args], variables);

  const entering = async (other: TestPlatform): Promise<ApiClient> => {
    const { login } = await new ApiClient(other.url).request(Login, {
      input: { ...ADMIN, tenantId: tenant.tenantId },
    });
    return other.admin.as(login.accessToken);
  };

  /** The file's text with its lines changed, and hashes that fit. */
  const rewritten = async (change: (line: Record<string, unknown>) => void): Promise<string> => {
    const [header = '', ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const hash = new ArchiveHash();
    const first = JSON.parse(header);
    change(first);
    const texts = [hash.take(`${JSON.stringify(first)}\n`)];
    for (const text of lines.slice(0, -1)) {
      const { check: _, ...line } = JSON.parse(text);
      change(line);
      texts.push(hash.checkedLine(line));
    }
    const trailer = { ...JSON.parse(lines.at(-1) ?? ''), sha256: hash.sha256() };
    texts.push(`${JSON.stringify(trailer)}\n`);
    return texts.join('');
  };

  describe('once it is imported', () => {
    let another: Another;
    beforeAll(async () => {
      another = await openAnother();
    });
    afterAll(() => another.close());

    it('is there as it was: its agents, its numbers, its calls with what was said, and what is erased', async () => {
      const { other, there } = another;
      const { exitCode, stdout, stderr } = await there.run(['tenants', 'import', file]);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(
        new RegExp(`^Tenant +${tenant.tenantId}\\nEvents +\\d+ events imported\\nFiles +4 files: .*\\n$`),
      );
      const before = await everythingOf(tenant.client, (ended) => ended === 5);
      const after = await everythingOf(await entering(other), (ended) => ended === 5);
      // A contact's id is made of its number and the installation's key.
      const ids = new Map(
        [ANN, BOB, EVE].map(({ number }) => [
          contactOf(tenant.tenantId, number),
          otherContactOf(tenant.tenantId, number),
        ]),
      );
      const asThere = (value: unknown): unknown =>
        JSON.parse(JSON.stringify(value), (_, field) =>
          typeof field === 'string' ? (ids.get(field) ?? field) : field,
        );
      expect(after).toEqual(asThere(before));

      const textOf = (id: string) => after.calls.nodes.find((call) => call.id === id)?.turns[1]?.callerText;
      expect([calls.ann, ...calls.bob, ...calls.eve].map(textOf)).toEqual([
        'My word is rutabaga',
        null,
        'My word is marzipan',
        null,
        'My word is parsnip',
      ]);
      const stream = callStream(tenant.tenantId, calls.ann);
      const [first, copy] = await Promise.all(
        [origin, other].map(async ({ storage }) => (await storage.ledger.readStream(stream)).at(0)),
      );
      expect(copy?.metadata).toEqual(first?.metadata);
    });

    it('finds in its documents what it found before', async () => {
      const client = await entering(another.other);
      await until('its documents are searched', async () => {
        const { knowledgeDocuments, searchKnowledge } = await documentsOf(client, 'READY');
        expect(knowledgeDocuments.nodes).toMatchObject([{ title: 'Opening hours', status: 'READY' }]);
        return searchKnowledge[0]?.title === 'Opening hours';
      });
    });

    it('can erase there whom it could erase before, also who came back', async () => {
      const client = await entering(another.other);
      const id = otherContactOf(tenant.tenantId, EVE.number);
      const { eraseSubject } = await client.request(EraseSubject, { input: { kind: 'CONTACT', id } });
      expect(eraseSubject.userErrors).toEqual([]);
      await until('she is erased', async () => {
        const { calls: found } = await client.request(Everything, { id: tenant.tenantId });
        return found.nodes.every(({ from }) => from !== EVE.number);
      });
    });
  });

  it('is imported to its end by doing it again, and says which files did not come along', async () => {
    const { other, there, close } = await openAnother();
    try {
      const { ledger } = other.storage;
      const file = join(here.directory, 'without-files.jsonl');
      const args = ['export', tenant.tenantId, '--out', file, '--no-files'];
      const { exitCode: exported, stdout } = await tenantsHere(here, args);
      expect([exported, stdout]).toEqual([0, expect.not.stringContaining('Files')]);
      const number = numberStream(tenant.tenantId, numberId);
      const killed = there.start(['tenants', 'import', file]);
      await until('it has begun', async () => (await ledger.readStream(number)).length > 0);
      await killed.kill();
      const { exitCode, stderr } = await there.run(['tenants', 'import', file]);
      // It may have been too fast for us: then everything was there.
      expect([0, 1]).toContain(exitCode);
      if (exitCode === 1) expect(stderr).toContain('is here already, with all of the file');
      const after = await everythingOf(await entering(other), (ended) => ended === 5);
      expect(after.tenant?.phoneNumbers.map(({ number }) => number)).toEqual([tenant.number]);
      for (const callId of [calls.ann, ...calls.bob, ...calls.eve]) {
        const stream = callStream(tenant.tenantId, callId);
        const [before, there] = await Promise.all(
          [origin, other].map(async ({ storage }) =>
            (await storage.ledger.readStream(stream)).map(({ id }) => id),
          ),
        );
        expect(there).toEqual(before);
      }
      const { knowledgeDocuments, searchKnowledge } = await documentsOf(await entering(other), 'FAILED');
      expect(searchKnowledge).toEqual([]);
      const message = 'The file is not in this installation: remove the document, and upload it again.';
      expect(knowledgeDocuments.nodes).toEqual([
        { title: 'Opening hours', status: 'FAILED', failure: { code: 'FILE_MISSING', message } },
      ]);
      const again = await tenantsHere(there, ['import', file]);
      expect([again.exitCode, again.stdout]).toEqual([1, '']);
      expect(again.stderr).toBe(
        `The tenant ${tenant.tenantId} is here already, with all of the file: there is nothing to import.\n`,
      );
    } finally {
      await close();
    }
  });

  describe('where it is not yet', () => {
    let another: Another;
    beforeAll(async () => {
      another = await openAnother();
    });
    afterAll(() => another.close());

    it('is refused with one sentence where the file or the installation is not right', async () => {
      const { other, there } = another;
      const text = await readFile(file, 'utf8');
      const lines = text.split('\n');
      const middle = Math.floor(lines.length / 2);
      const changed = (at: number, line: string) => lines.map((old, index) => (index === at ? line : old));
      const refusals: readonly (readonly [string, string, RegExp])[] = [
        [
          'changed',
          changed(middle, (lines[middle] ?? '').replace('"revision":', '"revision": ')).join('\n'),
          new RegExp(`^Line ${middle + 1} isn't as it was exported, or not in its place`),
        ],
        [
          'one removed',
          lines.filter((_, at) => at !== middle).join('\n'),
          new RegExp(`^Line ${middle + 1} isn't`),
        ],
        ['added to', `${text}{}\n`, /^Line \d+ is after the archive's last line/],
        ['none', 'a letter\n', /^Line 1 isn't the beginning of an export/],
        ['empty', '', /^The file ends after line 0|^The file is empty/],
        [
          'a newer format',
          await rewritten((line) => {
            if ('format' in line) line.version = 3;
          }),
          /^The file has version 3 of the format; this program knows 2: upgrade it/,
        ],
        [
          'a newer event',
          await rewritten((line) => {
            if (line.type === 'TenantCreated') line.schemaVersion = 99;
          }),
          /^Line \d+ has TenantCreated, version 99, which is newer than this program: upgrade it/,
        ],
        [
          "a contact's",
          await rewritten((line) => {
            if ('format' in line) line.kind = 'contact';
          }),
          /^Line 1: this is the export of a contact; only a whole tenant's can be imported/,
        ],
      ];
      for (const [name, content, sentence] of refusals) {
        const bad = await there.write('bad.jsonl', content);
        const { exitCode, stdout, stderr } = await tenantsHere(there, ['import', bad]);
        expect([name, exitCode, stdout, stderr.trimEnd().split('\n').length]).toEqual([name, 1, '', 1]);
        expect(stderr).toMatch(sentence);
      }
      await there.write('cut.jsonl', lines.slice(0, middle).join('\n'));
      const { exitCode, stdout, stderr } = await there.run(['tenants', 'import', 'cut.jsonl']);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^The file ends after line \d+, without its last line.*\n$/);
      const empty = join(there.directory, 'empty');
      const cut = join(there.directory, 'cut.jsonl');
      const none = await tenantsHere(there, ['import', cut], { DATA_DIR: empty, DATABASE_URL: '' });
      expect([none.exitCode, none.stderr]).toEqual([1, stderr]);
      await expect(stat(empty)).rejects.toMatchObject({ code: 'ENOENT' });
      const pipe = join(there.directory, 'pipe');
      execFileSync('mkfifo', [pipe]);
      expect(await tenantsHere(there, ['import', pipe])).toMatchObject({
        exitCode: 1,
        stdout: '',
        stderr: `${pipe} is a pipe, and an import reads its file several times: write what comes out of it into a file first.\n`,
      });
      const unmounted = await tenantsHere(there, ['import', file], { DATA_DIR: there.directory });
      expect([unmounted.exitCode, unmounted.stdout]).toEqual([1, '']);
      expect(unmounted.stderr).toContain(
        `The object store in ${join(there.directory, 'objects')} isn't this database's: `,
      );
      expect(await other.storage.ledger.readStream(tenantStream(tenant.tenantId))).toEqual([]);
    });

    it("is not imported with a number that is another tenant's there", async () => {
      const { other, there } = another;
      const owner = await createTestTenant(other);
      const { number } = owner;
      const taken = await rewritten((line) => {
        if (line.type === 'PhoneNumberAdded') line.data = { ...(line.data as object), number };
      });
      const takenFile = await there.write('taken.jsonl', taken);
      const { exitCode, stderr } = await tenantsHere(there, ['import', takenFile]);
      expect([exitCode, stderr]).toEqual([
        1,
        `The number ${number} is another tenant's here: nothing was imported.\n`,
      ]);
    });

    it('is finished where only some of its streams are there, and one in part', async () => {
      const { other, there } = another;
      const { ledger } = other.storage;
      const stream = tenantStream(tenant.tenantId);
      const [created] = await origin.storage.ledger.readStream(stream);
      if (!created) throw new Error('The tenant has no events.');
      const { id, metadata, ...event } = created;
      const key = await ledger.keys.tenantKey(tenant.tenantId);
      await ledger.appendEncoded(stream, [ledger.codec.encode(id, event, metadata, key)], 'none');
      const { exitCode, stdout } = await tenantsHere(there, ['import', file]);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('imported, 1 event were here already')]);
      const after = await everythingOf(await entering(other), (ended) => ended === 5);
      expect(after.tenant?.name).toBe('Acme');
    });
  });

  it('is exported into a new file, which only its owner reads, and an unknown one is not', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const again = await here.run(['tenants', 'export', tenant.tenantId, '--out', file]);
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringMatching(/can't be written .*EEXIST/)]);
    expect(await readFile(file, 'utf8')).toMatch(/"sha256":"[0-9a-f]{64}"\}\n$/);
    const nowhere = join(here.directory, 'nothing.jsonl');
    const unknown = await tenantsHere(here, ['export', 'tnt_nobody', '--out', nowhere]);
    expect([unknown.exitCode, unknown.stderr]).toEqual([1, 'There is no tenant "tnt_nobody".\n']);
    const missing = await tenantsHere(here, ['import', nowhere]);
    expect([missing.exitCode, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/^The file \S+nothing\.jsonl can't be read \(ENOENT/),
    ]);
    const here2 = await tenantsHere(here, ['import', file]);
    expect([here2.exitCode, here2.stderr]).toEqual([1, expect.stringContaining('is here already')]);
  });
});
