import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient, ApiFailure } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import type { AuditTrailQuery } from '../../src/client/gql/graphql.js';
import {
  AssignPhoneNumber,
  CreateAgent,
  CreateTenant,
  EraseSubject,
  Login,
  PublishAgentVersion,
} from '../../src/client/operations.js';
import { agentStream, callStream, tenantStream, userStream } from '../../src/domain/stream.js';
import { platformCommand } from '../../src/main/demo-login.js';
import { testCall } from '../support/call-events.js';
import { testContext } from '../support/ledger.js';
import {
  ADMIN,
  createTestTenant,
  newNumber,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { WrittenCall } from '../support/written-call.js';

const AuditTrail = graphql(`
  query AuditTrail($first: Int, $after: String, $filter: AuditFilterInput) {
    auditTrail(first: $first, after: $after, filter: $filter) {
      nodes {
        id
        tenantId
        stream
        revision
        type
        actor {
          type
          id
        }
        correlationId
        causationId
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const CorrelationOf = graphql(`
  query CorrelationOf($id: ID!) {
    correlation(id: $id) {
      isCut
      commands {
        commandId
        actor {
          type
        }
        events {
          type
        }
      }
      nodes {
        id
        causedBy
        actor {
          type
        }
        event {
          type
          stream
        }
      }
    }
  }
`);

const EraseTenant = graphql(`
  mutation EraseTenant($id: ID!) {
    eraseSubject(input: { kind: TENANT, id: $id }) {
      position
    }
  }
`);

const StreamOf = graphql(`
  query StreamOf($name: String!) {
    stream(name: $name) {
      tenantId
      revision
      events(first: 100) {
        nodes {
          revision
          type
          storedAt
          data
        }
      }
    }
  }
`);

const StateAt = graphql(`
  query StateAt($stream: String!, $revision: Int, $time: DateTime) {
    stateAt(stream: $stream, revision: $revision, time: $time) {
      revision
      storedAt
      state
      readModels
    }
  }
`);

const Diff = graphql(`
  query Diff($stream: String!, $from: Int!, $to: Int!) {
    diff(stream: $stream, from: $from, to: $to) {
      changes {
        path
        before
        after
      }
    }
  }
`);

const AsOf = graphql(`
  query AsOf($call: ID!, $agent: ID!, $tenant: ID!, $time: DateTime, $callRevision: Int, $agentRevision: Int) {
    call(id: $call, atRevision: $callRevision) {
      status
      turnCount
      endReason
      turns {
        turn
        callerText
        agentHeardText
      }
      events(first: 100) {
        nodes {
          revision
        }
      }
    }
    agent(id: $agent, atRevision: $agentRevision) {
      name
      liveVersion
      versions {
        version
      }
    }
    tenant(id: $tenant, asOf: $time) {
      name
      status
    }
  }
`);

const LinksOf = graphql(`
  query LinksOf($call: ID!, $callRevision: Int, $tenant: ID!, $asOf: DateTime, $tenantRevision: Int) {
    call(id: $call, atRevision: $callRevision) {
      agentVersion
      agent {
        name
        liveVersion
        latestVersion
        config {
          version
          greeting
        }
      }
      events(first: 100) {
        nodes {
          storedAt
        }
      }
    }
    tenant(id: $tenant, asOf: $asOf, atRevision: $tenantRevision) {
      phoneNumbers {
        number
        agentId
      }
    }
  }
`);

const RenameAndDraft = graphql(`
  mutation RenameAndDraft($agentId: ID!) {
    updateAgent(input: { agentId: $agentId, expectedVersion: 1, name: "Eve", settings: { greeting: "Good day" } }) {
      userErrors {
        message
      }
    }
    publishAgentVersion(input: { agentId: $agentId, version: 2 }) {
      userErrors {
        message
      }
    }
  }
`);

const AtMoment = graphql(`
  query AtMoment($call: ID!, $agent: ID!, $tenant: ID!, $time: DateTime, $revision: Int) {
    call(id: $call, asOf: $time, atRevision: $revision) {
      id
    }
    agent(id: $agent, asOf: $time, atRevision: $revision) {
      id
    }
    tenant(id: $tenant, asOf: $time, atRevision: $revision) {
      id
    }
  }
`);

const ReadModels = graphql(`
  query ReadModels {
    projections {
      name
    }
  }
`);

const MendNothing = graphql(`
  mutation MendNothing {
    rebuildProjection(name: "nonsense") {
      userErrors {
        code
      }
    }
    retryParked(name: "nonsense", stream: "nonsense") {
      userErrors {
        code
      }
    }
  }
`);

const Suspend = graphql(`
  mutation Suspend($tenantId: ID!) {
    setTenantStatus(input: { tenantId: $tenantId, status: SUSPENDED, reason: "unpaid" }) {
      position
    }
  }
`);

describe('the audit', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  let other: TestTenant;
  let call: WrittenCall;
  let stream: string;
  beforeAll(async () => {
    platform = await startTestPlatform();
    tenant = await createTestTenant(platform);
    other = await createTestTenant(platform);
    call = new WrittenCall(platform.storage.ledger, tenant.tenantId, 2);
    await call.toItsEnd();
    stream = callStream(tenant.tenantId, call.callId);
    await until('the trail has the whole call', async () =>
      (await trail(tenant.client, { stream })).some(({ type }) => type === 'CallEnded'),
    );
  });
  afterAll(() => platform.close());

  const trail = async (client: ApiClient, filter: object = {}) =>
    (await client.request(AuditTrail, { first: 100, filter })).auditTrail.nodes;

  const codeOf = (request: Promise<unknown>) =>
    request.then(
      () => 'none',
      (error: { errors?: { extensions: { code: string }; message: string }[] }) =>
        `${error.errors?.[0]?.extensions.code}: ${error.errors?.[0]?.message}`,
    );

  describe('trail', () => {
    it("has everything that happened in a tenant, newest first, and nobody else's", async () => {
      const entries = await trail(tenant.client);
      expect(new Set(entries.map(({ tenantId }) => tenantId))).toEqual(new Set([tenant.tenantId]));
      const types = entries.map(({ type }) => type);
      expect(types[0]).toBe('CallEnded');
      expect(types).toEqual(expect.arrayContaining(['TenantCreated', 'AgentCreated', 'CallReceived']));
      expect(await trail(tenant.client, { tenantId: other.tenantId })).toEqual(
        expect.not.arrayContaining([expect.objectContaining({ tenantId: other.tenantId })]),
      );
    });

    it('is filtered by stream, type, actor and correlation, and paged', async () => {
      const ofCall = await trail(tenant.client, { stream });
      expect(ofCall.map(({ revision }) => revision)).toEqual(
        Array.from({ length: ofCall.length }, (_, at) => ofCall.length - 1 - at),
      );
      const [ended] = await trail(tenant.client, { stream, type: { in: ['CallEnded'] } });
      expect(ended).toEqual(ofCall[0]);
      expect(await trail(tenant.client, { actorId: 'nobody' })).toEqual([]);
      const correlated = await trail(tenant.client, { correlationId: ended?.correlationId });
      expect(correlated.map(({ type }) => type)).toContain('CallEnded');

      const paged = [];
      for (let after: string | null = null; ; ) {
        const { auditTrail }: AuditTrailQuery = await tenant.client.request(AuditTrail, {
          first: 4,
          after,
          filter: { stream },
        });
        paged.push(...auditTrail.nodes);
        if (!auditTrail.pageInfo.hasNextPage) break;
        after = auditTrail.pageInfo.endCursor ?? null;
      }
      expect(paged).toEqual(ofCall);
    });

    it.each([
      [
        'a type of event that nobody knows',
        { type: { in: ['CallEnded', 'Nonsense'] } },
        '"Nonsense" is no type of event that this program knows, nor is it in the trail; one looks like SubjectErased.',
      ],
      [
        'what is no name of a stream',
        { stream: 'nonsense' },
        '"nonsense" is not a stream\'s name; one looks like call-<tenant>_<id>.',
      ],
    ])('refuses %s, as the terminal does', async (_, filter, sentence) => {
      for (const client of [tenant.client, platform.admin]) {
        expect(await codeOf(trail(client, filter))).toBe(`BAD_USER_INPUT: ${sentence}`);
      }
    });

    it('is read by operators everywhere, and has their reads', async () => {
      const reads = (filter: object) => trail(tenant.client, { type: { in: ['RecordsRead'] }, ...filter });
      expect(await reads({})).toEqual([]);
      const all = await trail(platform.admin);
      expect(new Set(all.map(({ tenantId }) => tenantId)).size).toBeGreaterThan(2);
      const own = await trail(platform.admin, { tenantId: tenant.tenantId });
      expect(new Set(own.map(({ tenantId }) => tenantId))).toEqual(new Set([tenant.tenantId]));
      const [read] = await until('the read is in the trail', async () => {
        const entries = await reads({});
        return entries.length > 0 ? entries : undefined;
      });
      expect(read?.actor.type).toBe('operator');
      expect(read?.stream).toMatch(/^access-/);
    });

    it('is read everywhere, too, by a platform role that has a tenant: with a credential for "sys"', async () => {
      const logIn = async (tenantId: string | null) =>
        (await platform.admin.request(Login, { input: { ...ADMIN, tenantId } })).login;
      expect((await logIn(null)).tenantId).toBe(tenant.tenantId);
      const { accessToken, tenantId } = await logIn('sys');
      expect(tenantId).toBeNull();
      const everywhere = platform.admin.as(accessToken);
      const tenants = new Set((await trail(everywhere)).map((entry) => entry.tenantId));
      expect([...tenants]).toEqual(expect.arrayContaining(['sys', tenant.tenantId, other.tenantId]));
      const [registered] = await trail(everywhere, { type: { in: ['UserRegistered'] } });
      const { stream: user } = await everywhere.request(StreamOf, { name: registered?.stream ?? '' });
      expect(user?.events.nodes[0]?.data).toMatchObject({ email: ADMIN.email });
    });

    it('tells what a request did', async () => {
      const [created] = await trail(platform.admin, {
        type: { in: ['TenantCreated'] },
        tenantId: tenant.tenantId,
      });
      const { correlation } = await platform.admin.request(CorrelationOf, {
        id: created?.correlationId ?? '',
      });
      expect(correlation?.isCut).toBe(false);
      expect(correlation?.commands[0]).toMatchObject({
        commandId: created?.causationId,
        actor: { type: 'user' },
        events: expect.arrayContaining([{ type: 'TenantCreated' }]),
      });
      expect(await other.client.request(CorrelationOf, { id: created?.correlationId ?? '' })).toEqual({
        correlation: null,
      });
    });
  });

  describe('of what belongs together', () => {
    const correlationOf = async (client: ApiClient, id: string) =>
      (await client.request(CorrelationOf, { id })).correlation?.nodes ?? [];

    it('is a graph of commands and events: each names what caused it', async () => {
      const [ended] = await trail(tenant.client, { stream, type: { in: ['CallEnded'] } });
      const nodes = await correlationOf(tenant.client, ended?.correlationId ?? '');
      const command = nodes.find(({ event }) => event === null);
      expect(command).toMatchObject({ id: ended?.causationId, causedBy: [], actor: { type: 'platform' } });
      const idOf = (type: string) => nodes.find(({ event }) => event?.type === type)?.id;
      const causesOf = (type: string) => nodes.find(({ event }) => event?.type === type)?.causedBy;
      expect({
        CallReceived: causesOf('CallReceived'),
        CallAnswered: causesOf('CallAnswered'),
        AgentTurnSpoken: causesOf('AgentTurnSpoken'),
        CallEnded: causesOf('CallEnded'),
      }).toEqual({
        CallReceived: [command?.id],
        CallAnswered: [command?.id, idOf('CallReceived')],
        AgentTurnSpoken: [command?.id, idOf('AgentTurnStarted')],
        CallEnded: [command?.id],
      });
    });

    it('has the steps that the platform did because of a command, as following from it', async () => {
      const erased = await createTestTenant(platform);
      await platform.admin.request(EraseTenant, { id: erased.tenantId });
      const released = await until('the number is released', async () => {
        const [entry] = await trail(platform.admin, {
          tenantId: erased.tenantId,
          type: { in: ['SubjectErased'] },
        });
        const nodes = await correlationOf(platform.admin, entry?.correlationId ?? '');
        return nodes.some(({ event }) => event?.type === 'Released') ? { entry, nodes } : undefined;
      });
      const commands = released.nodes.filter(({ event }) => event === null);
      const command = released.entry?.causationId ?? '';
      expect(commands).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ id: command, causedBy: [], actor: { type: 'user' } }),
          expect.objectContaining({
            id: `${command}:deactivate`,
            causedBy: [command],
            actor: { type: 'user' },
          }),
          expect.objectContaining({
            id: `${command}:release`,
            causedBy: [command],
            actor: { type: 'platform' },
          }),
        ]),
      );
    });
  });

  describe('of a stream', () => {
    it('has its events with their fields, and no secrets', async () => {
      const { stream: found } = await tenant.client.request(StreamOf, { name: stream });
      expect(found?.events.nodes.map(({ revision }) => revision)).toEqual(
        Array.from({ length: (found?.revision ?? 0) + 1 }, (_, at) => at),
      );
      const [{ actor } = { actor: { id: '' } }] = await trail(tenant.client, {
        type: { in: ['TenantCreated'] },
      });
      const user = await platform.admin.request(StreamOf, { name: userStream(actor.id) });
      expect(user.stream?.events.nodes[0]?.data).toMatchObject({ email: 'admin@example.com' });
      expect(JSON.stringify(user)).not.toContain('argon2');
      const { stateAt } = await platform.admin.request(StateAt, { stream: userStream(actor.id) });
      expect(stateAt.state).toMatchObject({ userId: actor.id });
      expect(JSON.stringify(stateAt)).not.toContain('argon2');
    });

    it("is not there where it's another tenant's, the platform's, or nobody's", async () => {
      const names = [
        agentStream(other.tenantId, other.agentId),
        userStream('usr_00000000000000000000000001'),
        callStream(tenant.tenantId, 'call_00000000000000000000000999'),
      ];
      for (const name of names) {
        expect(await tenant.client.request(StreamOf, { name })).toEqual({ stream: null });
        const missing = `NOT_FOUND: Stream not found: ${name}`;
        expect(await codeOf(tenant.client.request(StateAt, { stream: name }))).toBe(missing);
        expect(await codeOf(tenant.client.request(Diff, { stream: name, from: 0, to: 0 }))).toBe(missing);
      }
    });

    it('is refused where that is no name of one', async () => {
      const refusal = 'BAD_USER_INPUT: "nonsense" is not a stream';
      expect(await codeOf(tenant.client.request(StreamOf, { name: 'nonsense' }))).toContain(refusal);
      expect(await codeOf(tenant.client.request(StateAt, { stream: 'nonsense' }))).toContain(refusal);
    });

    it('tells what was so at a revision or a time, and what became different', async () => {
      const { stateAt: begun } = await tenant.client.request(StateAt, { stream, revision: 0 });
      expect(begun).toMatchObject({ revision: 0, state: { phase: 'received', turn: 0 } });
      const { stateAt: now } = await tenant.client.request(StateAt, { stream });
      expect(now).toMatchObject({
        state: { phase: 'ended', turn: 2 },
        readModels: { calls: [{ callId: call.callId, endReason: 'caller_hung_up' }] },
      });
      const { stateAt: then } = await tenant.client.request(StateAt, { stream, time: now.storedAt });
      expect(then).toEqual(now);
      const { diff } = await tenant.client.request(Diff, { stream, from: 0, to: 1 });
      expect(diff.changes).toEqual(
        expect.arrayContaining([
          { path: 'state.phase', before: 'received', after: 'answered' },
          { path: 'readModels.calls[0].status', before: 'RINGING', after: 'IN_PROGRESS' },
        ]),
      );
      const same = await tenant.client.request(Diff, { stream, from: 1, to: 1 });
      expect(same.diff.changes).toEqual([]);
    });

    it.each([
      [
        'a revision past its end',
        { revision: 999 },
        /BAD_USER_INPUT: .* has the revisions 0 to \d+, and no 999/,
      ],
      ['a revision below 0', { revision: -1 }, /BAD_USER_INPUT: .* no -1/],
      ['a time before its beginning', { time: '2020-01-01T00:00:00Z' }, /BAD_USER_INPUT: .* began at /],
      [
        'a revision and a time',
        { revision: 0, time: '2030-01-01T00:00:00Z' },
        /BAD_USER_INPUT: Give a revision or/,
      ],
    ])('says what is wrong with %s', async (_, moment, message) => {
      expect(await codeOf(tenant.client.request(StateAt, { stream, ...moment }))).toMatch(message);
    });
  });

  it("is an operator's, who mends the read models, and changes nothing else", async () => {
    const login = { email: 'operator@example.com', password: 'a password that is long' };
    const person = { ...login, firstName: 'Ola', lastName: 'Operator', platformRole: 'OPERATOR' } as const;
    const userId = await platform.platform.users.register(person, platformCommand());
    const enter = async (tenantId: string | null) => {
      const { accessToken } = (await platform.admin.request(Login, { input: { ...login, tenantId } })).login;
      return platform.admin.as(accessToken);
    };
    const operator = await enter(null);

    const [entry] = await trail(operator, { tenantId: tenant.tenantId, stream });
    const correlated = await operator.request(CorrelationOf, { id: entry?.correlationId ?? '' });
    expect(correlated.correlation?.nodes).not.toEqual([]);
    expect((await operator.request(StreamOf, { name: stream })).stream?.tenantId).toBe(tenant.tenantId);
    expect((await operator.request(StreamOf, { name: userStream(userId) })).stream?.tenantId).toBe('sys');
    expect((await operator.request(StateAt, { stream })).stateAt.revision).toBe(entry?.revision);
    expect((await operator.request(Diff, { stream, from: 0, to: 1 })).diff.changes).not.toEqual([]);

    const { projections } = await operator.request(ReadModels);
    expect(projections.map(({ name }) => name)).toContain('audit');
    // Who isn't allowed to gets no userErrors.
    const { rebuildProjection, retryParked } = await operator.request(MendNothing);
    expect([rebuildProjection, retryParked].map(({ userErrors }) => userErrors.length)).toEqual([1, 1]);

    // What is asked for by its id alone is looked for in the credential's tenant.
    const inside = await enter(tenant.tenantId);
    const subjects = { call: call.callId, agent: tenant.agentId, tenant: tenant.tenantId };
    const past = { callRevision: 0, agentRevision: 0 };
    expect(await inside.request(AsOf, { ...subjects, ...past })).toMatchObject({
      call: { status: 'RINGING', events: { nodes: [{ revision: 0 }] } },
      agent: { name: 'Ada', versions: [] },
    });

    const refused = [operator, inside].flatMap((client) => [
      ...(['CONTACT', 'CALL', 'USER', 'TENANT'] as const).map((kind) =>
        client.request(EraseSubject, { input: { kind, id: call.callId } }),
      ),
      client.request(CreateTenant, { input: { name: 'Mine' } }),
      client.request(Suspend, { tenantId: tenant.tenantId }),
      client.request(CreateAgent, { input: { name: 'Mine' } }),
    ]);
    const codes = (await Promise.all(refused.map(codeOf))).map((code) => code.split(':')[0]);
    expect(new Set(codes)).toEqual(new Set(['FORBIDDEN']));
  });

  it('shows a call, an agent and a tenant as they were, and what is in them', async () => {
    const subjects = { call: call.callId, agent: tenant.agentId, tenant: tenant.tenantId };
    const agents = await tenant.client.request(StreamOf, {
      name: agentStream(tenant.tenantId, tenant.agentId),
    });
    const drafted =
      agents.stream?.events.nodes.findIndex(({ type }) => type === 'AgentVersionPublished') ?? 0;
    const tenants = await tenant.client.request(StreamOf, { name: tenantStream(tenant.tenantId) });
    const time = tenants.stream?.events.nodes.at(-1)?.storedAt;
    await platform.admin.request(Suspend, { tenantId: tenant.tenantId });
    const past = await tenant.client.request(AsOf, {
      ...subjects,
      time,
      callRevision: 5,
      agentRevision: drafted - 1,
    });
    expect(past).toEqual({
      call: {
        status: 'IN_PROGRESS',
        turnCount: 1,
        endReason: null,
        turns: [
          { turn: 0, callerText: null, agentHeardText: 'Hello' },
          { turn: 1, callerText: 'question 1', agentHeardText: null },
        ],
        events: { nodes: Array.from({ length: 6 }, (_, revision) => ({ revision })) },
      },
      agent: { name: 'Ada', liveVersion: null, versions: [{ version: 1 }] },
      tenant: { name: 'Acme', status: 'ACTIVE' },
    });
    const now = await tenant.client.request(AsOf, subjects);
    expect(now).toMatchObject({
      call: { status: 'COMPLETED', turnCount: 2 },
      agent: { liveVersion: 1 },
      tenant: { status: 'SUSPENDED' },
    });
    expect(await other.client.request(AsOf, { ...subjects, callRevision: 0 })).toMatchObject({
      call: null,
      agent: null,
    });
  });

  it('shows the agent and the numbers of that moment, too, though each has a stream of its own', async () => {
    const { tenantId, agentId, number, client } = await createTestTenant(platform, { greeting: 'Hello' });
    const { callId, contactId, events } = testCall(1);
    const { ledger } = platform.storage;
    await ledger.keys.createCallKey(tenantId, contactId, callId);
    const of = events.map((event) =>
      event.type === 'CallReceived' ? { ...event, data: { ...event.data, agentId } } : event,
    );
    await ledger.append(callStream(tenantId, callId), of, 'none', testContext(randomUUID()));
    const subjects = { call: callId, tenant: tenantId };
    const before = await until('the call is shown', async () => {
      const links = await client.request(LinksOf, subjects);
      return links.call ? links : undefined;
    });
    const asOf = before.call?.events.nodes.at(-1)?.storedAt ?? '';
    await client.request(RenameAndDraft, { agentId });
    const { createAgent } = await client.request(CreateAgent, { input: { name: 'Bob' } });
    const bob = createAgent.agent?.id ?? '';
    const another = newNumber();
    await client.request(PublishAgentVersion, { input: { agentId: bob, version: 1 } });
    for (const phoneNumber of [number, another]) {
      await client.request(AssignPhoneNumber, { input: { phoneNumber, agentId: bob } });
    }

    const ada = { name: 'Ada', liveVersion: 1, latestVersion: 1, config: { version: 1, greeting: 'Hello' } };
    expect(await client.request(LinksOf, { ...subjects, callRevision: 0, asOf })).toMatchObject({
      call: { agentVersion: 1, agent: ada },
      tenant: { phoneNumbers: [{ number, agentId }] },
    });
    expect(await client.request(LinksOf, { ...subjects, tenantRevision: 0 })).toMatchObject({
      call: { agentVersion: 1, agent: { name: 'Eve', liveVersion: 2, config: { greeting: 'Good day' } } },
      tenant: { phoneNumbers: [] },
    });
    const { tenant: now } = await client.request(LinksOf, subjects);
    expect(now?.phoneNumbers).toEqual([number, another].map((each) => ({ number: each, agentId: bob })));
  });

  it.each([
    [
      'before they began',
      { time: '2020-01-01T00:00:00.000Z' },
      'began at <time>: at 2020-01-01T00:00:00.000Z there was nothing.',
    ],
    ['after an event that there is not', { revision: 999 }, 'has the revisions 0 to <last>, and no 999.'],
  ])(
    'says of a call, an agent and a tenant %s when they were there, and names no stream',
    async (_, moment, said) => {
      const subjects = { call: call.callId, agent: tenant.agentId, tenant: tenant.tenantId };
      const error = await tenant.client
        .request(AtMoment, { ...subjects, ...moment })
        .catch((thrown) => thrown);
      const told = (error as ApiFailure).errors.map(({ message, extensions: { code, details } }) => {
        expect(JSON.stringify(details)).not.toMatch(/(call|agent|tenant)-/);
        const times = message
          .replace(/(?<=began at )[-:.\dTZ]+Z/, '<time>')
          .replace(/(?<=0 to )\d+/, '<last>');
        return `${code}: ${times}`;
      });
      expect(told.sort()).toEqual(
        Object.entries(subjects)
          .map(([kind, id]) => `BAD_USER_INPUT: The ${kind} ${id} ${said}`)
          .sort(),
      );
    },
  );
});
