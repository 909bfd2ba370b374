import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { WebSocket } from 'ws';
import { projections } from '../../projections/index.js';
import { digestTables } from '../../projections/runtime/digest.js';
import { promoteBuilt, rebuild } from '../../projections/runtime/rebuild.js';
import type { ApiClient, ApiFailure } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { CreateTenant, EraseCall, EraseSubject, Login } from '../../src/client/operations.js';
import { callStream, erasureStream, SYSTEM_TENANT } from '../../src/domain/stream.js';
import { platformCommand } from '../../src/main/demo-login.js';
import { uploadText } from '../support/documents/upload.js';
import { followTranscript } from '../support/follower.js';
import { GraphqlSocket } from '../support/graphql-socket.js';
import {
  ADMIN,
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { contactOf, SpokenCall } from '../support/spoken-call.js';
import { filesWith, tablesWith } from '../support/traces.js';

const CallOf = graphql(`
  query CallToErase($id: ID!, $minPosition: String) {
    call(id: $id, minPosition: $minPosition) {
      contactId
      from
      to
      status
      turnCount
      turns {
        turn
        callerText
        agentText
        agentHeardText
      }
      events(first: 100) {
        nodes {
          type
          data
        }
      }
    }
  }
`);

const TenantOf = graphql(`
  query TenantToErase($id: ID!) {
    tenant(id: $id) {
      name
      status
      phoneNumbers {
        number
      }
    }
  }
`);

const AgentsOf = graphql(`
  query AgentsToErase {
    agents {
      nodes {
        name
        versions {
          greeting
        }
      }
    }
  }
`);

const RutabagaOf = graphql(`
  query RutabagaToErase {
    knowledgeDocuments {
      nodes {
        title
        tags
        fileName
      }
    }
    searchKnowledge(query: "rutabaga", minScore: -1) {
      title
    }
  }
`);

const Me = graphql(`
  query MeToErase {
    me {
      id
      email
    }
  }
`);

const ANN = { number: '+14155550177', words: 'rutabaga' };
const BOB = { number: '+14155550188', words: 'marzipan' };

const failureOf = (request: Promise<unknown>): Promise<ApiFailure['errors'][number] | undefined> =>
  request.then(
    () => undefined,
    (error: ApiFailure) => error.errors[0],
  );

describe('an erasure', () => {
  let platform: TestPlatform;
  let mine: TestTenant;
  let theirs: TestTenant;

  beforeEach(async () => {
    platform = await startTestPlatform();
    mine = await createTestTenant(platform);
    theirs = await createTestTenant(platform);
  });
  afterEach(() => platform.close());

  const newCall = (caller: typeof ANN, { tenantId } = mine) =>
    new SpokenCall(platform.storage.ledger, tenantId, caller);

  const spoken = async (caller: typeof ANN, tenant = mine): Promise<string> => {
    const call = newCall(caller, tenant);
    const minPosition = await call.toItsEnd();
    await tenant.client.request(CallOf, { id: call.callId, minPosition });
    return call.callId;
  };

  const erase = async (
    kind: 'CONTACT' | 'USER' | 'CALL' | 'TENANT',
    id: string,
    client: ApiClient = mine.client,
    idempotencyKey: string | null = null,
  ) => {
    const { eraseSubject } = await client.request(EraseSubject, { input: { kind, id, idempotencyKey } });
    return eraseSubject;
  };

  const erased = async (...args: Parameters<typeof erase>): Promise<string> => {
    const { position, userErrors } = await erase(...args);
    expect(userErrors).toEqual([]);
    return position ?? '';
  };

  const read = async (callId: string, minPosition: string | null = null, { client } = mine) => {
    const { call } = await client.request(CallOf, { id: callId, minPosition });
    if (!call) throw new Error(`There is no call ${callId}.`);
    return call;
  };

  const textsOf = ({ from, turns }: Awaited<ReturnType<typeof read>>) => [
    from,
    ...turns.flatMap(({ callerText, agentText, agentHeardText }) => [callerText, agentText, agentHeardText]),
  ];

  const expectErased = (call: Awaited<ReturnType<typeof read>>) => {
    expect(new Set(textsOf(call))).toEqual(new Set([null]));
    expect(JSON.stringify(call)).not.toMatch(/rutabaga|\+1415/);
  };

  const rebuildAll = async (): Promise<void> => {
    const { ledger } = platform.storage;
    const { signal } = new AbortController();
    for (const projection of projections) {
      await rebuild(projection, { ledger, connection: platform.storage.connection('projector'), signal });
    }
  };

  const digest = async (): Promise<string> => {
    const client = new pg.Client(platform.storage.connection('operator'));
    await client.connect();
    const { digest } = await digestTables(client, projections);
    await client.end();
    return digest;
  };

  /** Both of the same ledger: what others still write, as a reactor that releases a number, is waited for. */
  const expectSameRebuilt = async (): Promise<void> => {
    const { ledger, readModels } = platform.storage;
    const names = projections.map(({ name }) => name);
    const compare = (a: string, b: string) => ledger.store.comparePositions(a, b);
    const { live, rebuilt } = await until('nothing is written meanwhile', async () => {
      const head = await ledger.store.head();
      if ((await readModels.reached(names, compare)) !== head) return false;
      const before = await digest();
      await rebuildAll();
      const after = await digest();
      return (await ledger.store.head()) === head && { live: before, rebuilt: after };
    });
    expect(rebuilt).toBe(live);
  };

  const sql = async <Row extends pg.QueryResultRow>(statement: string, values: unknown[] = []) => {
    const client = new pg.Client({ connectionString: platform.databaseUrl });
    await client.connect();
    const { rows } = await client.query<Row>(statement, values);
    await client.end();
    return rows;
  };

  const tokenOf = async (input: typeof ADMIN): Promise<string> =>
    (await platform.admin.request(Login, { input })).login.accessToken;

  const erasuresOf = (tenantId: string, subjectId: string) =>
    platform.storage.ledger.readStream(erasureStream(tenantId, subjectId));

  describe('of a contact', () => {
    it('leaves nothing of it: in the API, in any table, in any file, or after a rebuild', async () => {
      const others = await spoken(BOB);
      const elsewhere = await spoken({ ...BOB, number: '+14155550199' }, theirs);
      // The newest rows of the page are those whose bytes a plain VACUUM leaves.
      const calls = [await spoken(ANN), await spoken(ANN)];
      const keys = await sql<{ wrapped: Buffer }>(
        'select wrapped from keys.data_keys where subject_id = any($1)',
        [[...calls, contactOf(mine.tenantId, ANN.number)]],
      );
      const traces = [ANN.number, ANN.words];
      // As PostgreSQL does by itself, sooner or later.
      await sql('analyze');
      expect(await tablesWith(platform.databaseUrl, traces)).toEqual([
        'read.calls_v3_g1',
        'read.turns_v3_g1',
      ]);
      expect(await filesWith(platform.databaseUrl, traces)).not.toEqual([]);
      expect(
        await filesWith(
          platform.databaseUrl,
          keys.map(({ wrapped }) => wrapped),
        ),
      ).not.toEqual([]);
      const before = [textsOf(await read(others)), textsOf(await read(elsewhere, null, theirs))];

      const position = await erased('CONTACT', ANN.number);

      for (const callId of calls) {
        const call = await read(callId, position);
        expectErased(call);
        expect(call).toMatchObject({ status: 'COMPLETED', turnCount: 2 });
        const transcript = followTranscript(mine.client, callId);
        await transcript.ended;
        expect(transcript.items.map(({ kind, text }) => [kind, text])).toEqual([
          ...Array.from({ length: 5 }, () => ['SPEECH', null]),
          ['ENDED', null],
        ]);
      }
      expect(await tablesWith(platform.databaseUrl, traces)).toEqual([]);
      const files = [...traces, ...keys.map(({ wrapped }) => wrapped)];
      await until('the files have nothing of it', async () => {
        return (await filesWith(platform.databaseUrl, files)).length === 0;
      });

      await expectSameRebuilt();
      expect(await tablesWith(platform.databaseUrl, traces)).toEqual([]);
      expect(await filesWith(platform.databaseUrl, files)).toEqual([]);
      for (const callId of calls) expectErased(await read(callId));
      expect([textsOf(await read(others)), textsOf(await read(elsewhere, null, theirs))]).toEqual(before);
    });

    it('waits for a transaction that still sees it, and then takes it out of the files', async () => {
      await spoken(ANN);
      const dump = new pg.Client({ connectionString: platform.databaseUrl });
      await dump.connect();
      await dump.query('begin isolation level repeatable read');
      // It has its snapshot, and locks no table.
      await dump.query('select 1');
      await erased('CONTACT', ANN.number);
      await until('the rows are erased', async () => {
        return (await tablesWith(platform.databaseUrl, [ANN.words])).length === 0;
      });
      expect(await filesWith(platform.databaseUrl, [ANN.words])).not.toEqual([]);
      await dump.query('commit');
      await dump.end();
      await until('the files have nothing of it', async () => {
        return (await filesWith(platform.databaseUrl, [ANN.words])).length === 0;
      });
    });

    it.each([
      ['that', () => platform.databaseUrl],
      // A snapshot goes back to the oldest who writes in any database of the server.
      ['one in another database', () => new URL('/postgres', platform.databaseUrl).href],
    ])('waits for a transaction, too, that sees it by an older one only, and outlives %s', async (_, url) => {
      await spoken(ANN);
      const older = new pg.Client({ connectionString: url() });
      const younger = new pg.Client({ connectionString: platform.databaseUrl });
      await Promise.all([older.connect(), younger.connect()]);
      await older.query('begin');
      await older.query('select pg_current_xact_id()');
      await erased('CONTACT', ANN.number);
      await until('the rewrite waits', async () => {
        const waits = "application_name = 'ledgerline-rewrites' and query like '%pg_replication_slots%'";
        return (
          (await sql(`select from pg_stat_activity where datname = current_database() and ${waits}`, []))
            .length > 0
        );
      });
      await younger.query('begin isolation level repeatable read');
      await younger.query('select 1');
      await older.query('commit');
      await until('the rows are erased', async () => {
        return (await tablesWith(platform.databaseUrl, [ANN.words])).length === 0;
      });
      expect(await filesWith(platform.databaseUrl, [ANN.words])).not.toEqual([]);
      await younger.query('commit');
      await Promise.all([older.end(), younger.end()]);
      await until('the files have nothing of it', async () => {
        return (await filesWith(platform.databaseUrl, [ANN.words])).length === 0;
      });
    });

    it('is by its contactId too, and records nothing personal', async () => {
      const callId = await spoken(ANN);
      const { contactId } = await read(callId);
      expect(await erase('CONTACT', contactId)).toMatchObject({
        subject: { kind: 'CONTACT', id: contactId },
        userErrors: [],
      });
      const [event, ...more] = await erasuresOf(mine.tenantId, contactId);
      expect(more).toEqual([]);
      expect(event).toMatchObject({
        type: 'SubjectErased',
        data: { kind: 'contact', subjectId: contactId, generation: 1 },
        metadata: { actor: { type: 'user' } },
      });
      const rows = await sql('select * from ledger.events where type = $1', ['SubjectErased']);
      expect(JSON.stringify(rows)).not.toMatch(/4155550177|rutabaga/);
    });

    it('does not say that there is nobody where the number is not written as one', async () => {
      await spoken(ANN);
      for (const id of ['+1 (415) 555-0177', '4155550177', ` ${ANN.number}`, ''])
        expect(await erase('CONTACT', id)).toMatchObject({
          subject: null,
          userErrors: [
            {
              code: 'BAD_USER_INPUT',
              message:
                'A contact is named by its contactId or its number: write it in E.164, as in +14155550100.',
            },
          ],
        });
    });

    it('is one, however often it is asked for', async () => {
      const callId = await spoken(ANN);
      const position = await erased('CONTACT', ANN.number);
      expect(await erased('CONTACT', ANN.number)).toBe(position);
      expect(await erased('CONTACT', (await read(callId)).contactId)).toBe(position);
    });

    it('leaves alone what it says when it comes back, until it is erased again', async () => {
      const contactId = contactOf(mine.tenantId, ANN.number);
      const before = await spoken(ANN);
      await erased('CONTACT', ANN.number, mine.client, 'once');
      const after = await spoken({ ...ANN, words: 'celeriac' });
      // The same request once more, as after a lost answer.
      const position = await erased('CONTACT', ANN.number, mine.client, 'once');
      const expectReadable = async () => {
        expectErased(await read(before, position));
        const call = await read(after, position);
        expect(call.from).toBe(ANN.number);
        expect(call.turns[1]?.callerText).toBe('My word is celeriac');
      };
      await expectReadable();
      await expectSameRebuilt();
      await expectReadable();

      expectErased(await read(after, await erased('CONTACT', ANN.number)));
      const generations = (await erasuresOf(mine.tenantId, contactId)).map(({ data }) => data);
      expect(generations).toMatchObject([{ generation: 1 }, { generation: 2 }]);
    });

    it('takes a call along that goes on', async () => {
      const call = newCall(ANN);
      await call.until('AgentTurnSpoken');
      await erased('CONTACT', ANN.number);
      const transcript = followTranscript(mine.client, call.callId);
      const position = await call.toItsEnd();
      await transcript.ended;
      expect(transcript.items.map(({ text }) => text)).toEqual([null, null, null, null, null, null]);
      const shown = await read(call.callId, position);
      expectErased(shown);
      expect(shown).toMatchObject({ status: 'COMPLETED', turnCount: 2 });
      await expectSameRebuilt();
    });

    it('is finished by the next request, where a process died in the middle', async () => {
      const callId = await spoken(ANN);
      const subjectId = contactOf(mine.tenantId, ANN.number);
      // What comes before the event.
      await platform.storage.ledger.keys.destroy({ tenantId: mine.tenantId, kind: 'contact', subjectId }, 1);
      expect((await read(callId)).from).toBe(ANN.number);
      expectErased(await read(callId, await erased('CONTACT', ANN.number)));
      expect(await erasuresOf(mine.tenantId, subjectId)).toHaveLength(1);
    });

    it('reaches the tables that a rebuild left beside the live ones, at once', async () => {
      const callId = await spoken(ANN);
      const { ledger } = platform.storage;
      const [calls] = projections.filter(({ name }) => name === 'calls');
      if (!calls) throw new Error('There is no projection of calls.');
      const { signal } = new AbortController();
      const options = { ledger, connection: platform.storage.connection('projector'), signal };
      await rebuild(calls, { ...options, hold: true });
      expect(await tablesWith(platform.databaseUrl, [ANN.words])).toContain('read.turns_v3_g2');
      await read(callId, await erased('CONTACT', ANN.number));
      expect(await tablesWith(platform.databaseUrl, [ANN.words, ANN.number])).toEqual([]);
      await until('the files have nothing of it', async () => {
        return (await filesWith(platform.databaseUrl, [ANN.words, ANN.number])).length === 0;
      });
      await promoteBuilt(calls, options);
      expectErased(await read(callId));
    });

    it('is known at once to processes that had its keys in memory', async () => {
      const callId = await spoken(ANN);
      const other = await startTestPlatform({
        databaseUrl: platform.databaseUrl,
        environment: { DATA_DIR: platform.dataDir },
      });
      try {
        const { ledger } = other.storage;
        const stream = callStream(mine.tenantId, callId);
        const hears = async () => JSON.stringify(await ledger.readStream(stream)).includes(ANN.words);
        expect(await hears()).toBe(true);
        await erased('CONTACT', ANN.number);
        await until('the other process has dropped the keys', async () => !(await hears()));
      } finally {
        await other.close();
      }
    });
  });

  it('of a call leaves the other calls of its caller', async () => {
    const [one, other] = [await spoken(ANN), await spoken(ANN)];
    const position = await erased('CALL', one);
    expectErased(await read(one, position));
    expect((await read(other, position)).from).toBe(ANN.number);
    await expectSameRebuilt();
    expectErased(await read(one));
  });

  it('of a call has a mutation of its own', async () => {
    const callId = await spoken(ANN);
    const { eraseCall } = await mine.client.request(EraseCall, { id: callId });
    expect(eraseCall).toMatchObject({ subject: { kind: 'CALL', id: callId }, userErrors: [] });
    expectErased(await read(callId, eraseCall.position));
    const { eraseCall: unknown } = await theirs.client.request(EraseCall, { id: callId });
    expect(unknown).toMatchObject({ subject: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });

  it('of a tenant leaves nothing of it, and its numbers unanswered', async () => {
    const settings = { greeting: 'Welcome to rutabaga' };
    const gone = await createTestTenant(platform, settings, {
      name: 'Rutabaga Ltd',
      description: 'rutabaga',
    });
    const callId = await spoken(ANN, gone);
    const others = await spoken(BOB);
    const document = { title: 'Rutabaga hours', tags: 'rutabaga', content: 'The rutabaga is open.' };
    await uploadText(platform, gone.tenantId, document);
    await until('its document is found', async () => {
      const { searchKnowledge } = await gone.client.request(RutabagaOf);
      return searchKnowledge[0]?.title === document.title;
    });
    const traces = ['utabaga', gone.number, ANN.number];
    expect(await tablesWith(platform.databaseUrl, traces)).toContain('read.knowledge_documents_v1_g1');
    const position = await erased('TENANT', gone.tenantId, platform.admin);
    expectErased(await read(callId, position, gone));
    expect((await gone.client.request(TenantOf, { id: gone.tenantId })).tenant).toEqual({
      name: null,
      status: 'INACTIVE',
      phoneNumbers: [{ number: null }],
    });
    expect((await gone.client.request(AgentsOf)).agents.nodes).toEqual([
      { name: null, versions: [{ greeting: null }] },
    ]);
    expect(await gone.client.request(RutabagaOf)).toEqual({
      knowledgeDocuments: { nodes: [{ title: null, tags: null, fileName: null }] },
      searchKnowledge: [],
    });
    expect(await tablesWith(platform.databaseUrl, traces)).toEqual([]);
    await until('the files have nothing of it', async () => {
      return (await filesWith(platform.databaseUrl, traces)).length === 0;
    });
    await expectSameRebuilt();
    expect(await tablesWith(platform.databaseUrl, traces)).toEqual([]);
    expect((await read(others)).from).toBe(BOB.number);
  });

  it('of a user ends its logins in every process, and leaves nothing of it', async () => {
    const login = { email: 'rutabaga@example.com', password: 'a password that is long' };
    const person = {
      ...login,
      firstName: 'Rutabaga',
      lastName: 'Rutabaga',
      platformRole: 'SUPERADMIN',
    } as const;
    const userId = await platform.platform.users.register(person, platformCommand());
    const token = await tokenOf(login);
    const startOther = () =>
      startTestPlatform({
        databaseUrl: platform.databaseUrl,
        environment: { DATA_DIR: platform.dataDir },
      });
    const erasedOnesRequest = ({ admin }: TestPlatform) => failureOf(admin.as(token).request(Me));
    let other = await startOther();
    try {
      const sockets = await Promise.all(
        [platform, other].map(({ url }) => GraphqlSocket.connect(url, token)),
      );
      const bystander = await GraphqlSocket.connect(platform.url, await tokenOf(ADMIN));
      await erased('USER', userId, platform.admin);
      for (const socket of sockets) {
        expect(await socket.closed).toEqual({ code: 4403, reason: 'User erased' });
      }
      for (const process of [platform, other]) {
        expect(await erasedOnesRequest(process)).toMatchObject({
          message: 'The user of this access token was erased.',
          extensions: { code: 'UNAUTHENTICATED' },
        });
      }
      const createTenant = platform.admin.as(token).request(CreateTenant, { input: { name: 'Nobody’s' } });
      expect((await failureOf(createTenant))?.extensions.code).toBe('UNAUTHENTICATED');
      expect(bystander.socket.readyState).toBe(WebSocket.OPEN);
      bystander.socket.close();
    } finally {
      await other.close();
    }
    other = await startOther();
    try {
      expect((await erasedOnesRequest(other))?.extensions.code).toBe('UNAUTHENTICATED');
    } finally {
      await other.close();
    }
    expect((await failureOf(platform.admin.request(Login, { input: login })))?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    await until('the read models have it', async () => {
      return (await tablesWith(platform.databaseUrl, ['utabaga'])).length === 0;
    });
    await until('the files have nothing of it', async () => {
      return (await filesWith(platform.databaseUrl, ['utabaga'])).length === 0;
    });
    expect(await erasuresOf(SYSTEM_TENANT, userId)).toHaveLength(1);
  });
});
