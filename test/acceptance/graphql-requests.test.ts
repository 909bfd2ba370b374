import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, type ApiFailure } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import {
  AssignPhoneNumber,
  CallBySid,
  CreateAgent,
  Login,
  PublishAgentVersion,
} from '../../src/client/operations.js';
import { newId } from '../../src/domain/ids.js';
import { AccessTokens } from '../../src/identity/tokens.js';
import {
  ADMIN,
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  testSecrets,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { incomingCall, postWebhook } from '../support/twilio.js';
import { WrittenCall } from '../support/written-call.js';

const Calls = graphql(`
  query Calls($first: Int, $after: String, $minPosition: String) {
    calls(first: $first, after: $after, minPosition: $minPosition) {
      nodes {
        id
      }
      totalCount
    }
  }
`);

const OneOfNone = graphql(`
  query OneOfNone {
    calls(filter: { status: { in: [] } }) {
      nodes {
        id
      }
      totalCount
    }
    auditTrail(filter: { type: { in: [] } }) {
      nodes {
        type
      }
    }
  }
`);

const ReadsOf = graphql(`
  query ReadsOf($actorId: ID!) {
    auditTrail(filter: { actorId: $actorId }) {
      nodes {
        type
        actor {
          type
          id
        }
      }
    }
  }
`);

const Transcript = graphql(`
  subscription TranscriptOfNobody($callId: ID!) {
    callTranscript(callId: $callId) {
      cursor
    }
  }
`);

const NodeById = graphql(`
  query NodeById($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Tenant {
        name
        phoneNumbers {
          number
        }
      }
      ... on Agent {
        name
      }
      ... on Call {
        callSid
      }
    }
  }
`);

describe('a GraphQL request', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.close());

  it('for one of no values gives nothing', async () => {
    const { client } = await createTestTenant(platform);
    expect(await client.request(OneOfNone, {})).toEqual({
      calls: { nodes: [], totalCount: 0 },
      auditTrail: { nodes: [] },
    });
  });

  it('for a call shows what was cut off with its worker as interrupted', async () => {
    const { tenantId, client } = await createTestTenant(platform);
    const call = new WrittenCall(platform.storage.ledger, tenantId, 2);
    await call.until('AgentTurnStarted');
    const turns = () =>
      until('the turn has begun', async () => {
        const { call: shown } = await client.request(CallBySid, { callSid: call.callSid });
        return shown?.turns[1] && { endReason: shown.endReason, last: shown.turns[1].interrupted };
      });
    expect(await turns()).toEqual({ endReason: null, last: false });
    const lost = { reason: 'worker_lost', by: 'platform', atMs: 9_000, durationMs: 9_000 } as const;
    await call.append([{ type: 'CallEnded', data: lost }]);
    const shown = await until('its end is shown', async () => {
      const now = await turns();
      return now.endReason ? now : undefined;
    });
    expect(shown).toEqual({ endReason: 'WORKER_LOST', last: true });
  });

  describe('for a node', () => {
    const nodeOf = async (client: ApiClient, id: string): Promise<unknown> =>
      (await client.request(NodeById, { id })).node;

    it('is whatever has the id', async () => {
      const owner = await createTestTenant(platform);
      const { tenantId, agentId, number, client } = owner;
      expect(await nodeOf(client, tenantId)).toMatchObject({
        __typename: 'Tenant',
        name: 'Acme',
        phoneNumbers: [{ number }],
      });
      expect(await nodeOf(client, agentId)).toMatchObject({ __typename: 'Agent', name: 'Ada' });
      const form = incomingCall(number);
      await postWebhook(platform, '/webhooks/incoming-call', form);
      const callId = await until('the call is shown', async () => {
        const { call } = await client.request(CallBySid, { callSid: form.CallSid ?? '' });
        return call?.id;
      });
      expect(await nodeOf(client, callId)).toMatchObject({ __typename: 'Call', callSid: form.CallSid });
    });

    it('is null where it is another tenant’s, or nothing', async () => {
      const owner = await createTestTenant(platform);
      const other = await createTestTenant(platform);
      expect(await nodeOf(other.client, owner.agentId)).toBeNull();
      expect(await nodeOf(other.client, 'nonsense')).toBeNull();
      await expect(nodeOf(new ApiClient(platform.url), owner.agentId)).rejects.toMatchObject({
        errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      });
    });

    it('is noted where a platform role alone reads it', async () => {
      const { tenantId, agentId, client } = await createTestTenant(platform);
      const userId = newId('user');
      const claims = { userId, tenantId, tenantRole: null, platformRole: 'OPERATOR' } as const;
      const operator = client.as(new AccessTokens(testSecrets.jwtKeys, 600).issue(claims).accessToken);
      expect(await nodeOf(operator, agentId)).toMatchObject({ name: 'Ada' });
      const noted = await until('it is in the trail', async () => {
        const { auditTrail } = await client.request(ReadsOf, { actorId: userId });
        return auditTrail.nodes.length > 0 && auditTrail.nodes;
      });
      expect(noted).toMatchObject([{ type: 'RecordsRead', actor: { type: 'operator', id: userId } }]);
    });
  });

  describe('for what was written', () => {
    it('waits for the position of the write', async () => {
      const { client } = await createTestTenant(platform);
      const { createAgent } = await client.request(CreateAgent, { input: { name: 'New' } });
      const { calls } = await client.request(Calls, { minPosition: createAgent.position });
      expect(calls.totalCount).toBe(0);
    });

    it('refuses a position beyond the end of the ledger, and what is no position', async () => {
      const { client } = await createTestTenant(platform);
      for (const minPosition of ['999999999', 'soon']) {
        await expect(client.request(Calls, { minPosition })).rejects.toMatchObject({
          errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
        });
      }
    });
  });

  describe('with an id that has the prefix of another kind, or none', () => {
    const others = (id: string): readonly string[] => {
      const bare = id.slice(id.indexOf('_') + 1);
      return [bare, `usr_${bare}`, ''];
    };

    it('finds no agent, and nothing is appended', async () => {
      const { client, agentId } = await createTestTenant(platform);
      const { store } = platform.storage.ledger;
      const before = await store.head();
      for (const other of others(agentId)) {
        const publish = { input: { agentId: other, version: 1 } };
        const { publishAgentVersion } = await client.request(PublishAgentVersion, publish);
        expect(publishAgentVersion.userErrors).toEqual([
          expect.objectContaining({ message: 'There is no such agent.' }),
        ]);
        const assign = { input: { agentId: other, phoneNumber: '+14155559876' } };
        const { assignPhoneNumber } = await client.request(AssignPhoneNumber, assign);
        expect(assignPhoneNumber.userErrors).toEqual([
          expect.objectContaining({ message: `There is no agent "${other}".` }),
        ]);
      }
      expect(await store.head()).toBe(before);
    });

    it('enters no tenant', async () => {
      const { client, tenantId } = await createTestTenant(platform);
      for (const other of others(tenantId)) {
        await expect(client.request(Login, { input: { ...ADMIN, tenantId: other } })).rejects.toMatchObject({
          errors: [{ message: `There is no tenant "${other}".`, extensions: { code: 'NOT_FOUND' } }],
        });
      }
    });
  });

  describe('with what no database takes', () => {
    const codeOf = (request: Promise<unknown>) =>
      request.then(
        () => 'none',
        ({ errors }: ApiFailure) => `${errors[0]?.extensions.code}: ${errors[0]?.message}`,
      );
    const NUL = 'a\u0000b';
    const refused = (where: string) =>
      `BAD_USER_INPUT: ${where} has the character NUL (U+0000) in it, which no database and no name takes: leave it out.`;

    it('is refused for a NUL in a variable, wherever it is, and nothing is appended', async () => {
      const { client } = await createTestTenant(platform);
      const { store } = platform.storage.ledger;
      const before = await store.head();
      expect(await codeOf(client.request(ReadsOf, { actorId: NUL }))).toBe(refused('$actorId'));
      expect(await codeOf(client.request(NodeById, { id: NUL }))).toBe(refused('$id'));
      const created = client.request(CreateAgent, { input: { name: 'Ada', settings: { greeting: NUL } } });
      expect(await codeOf(created)).toBe(refused('$input.settings.greeting'));
      expect(await store.head()).toBe(before);
    });

    it('is refused for a NUL in the query', async () => {
      const response = await fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ node(id: "a\\u0000b") { id } }' }),
      });
      const { errors } = (await response.json()) as ApiFailure;
      expect([response.status, `${errors[0]?.extensions.code}: ${errors[0]?.message}`]).toEqual([
        400,
        refused('A text'),
      ]);
    });

    it('is refused for a NUL over the socket', async () => {
      const { client } = await createTestTenant(platform);
      const lines = client.subscribe(Transcript, { callId: NUL })[Symbol.asyncIterator]();
      await expect(lines.next()).rejects.toMatchObject({
        name: 'ApiFailure',
        message: expect.stringMatching(/^\$callId has the character NUL/),
        errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
      });
      await client.close();
    });

    it.each([
      ['a time', ['calls:receivedAt:desc', 'yesterday', 'call_1']],
      ['a year', ['calls:receivedAt:desc', '0000-01-01T00:00:00Z', 'call_1']],
      ['an id', ['calls:receivedAt:desc', '2026-11-21T12:00:00Z', NUL]],
    ])('is refused for a cursor that somebody made up, without %s', async (_, key) => {
      const { client } = await createTestTenant(platform);
      const after = Buffer.from(JSON.stringify([1, ...key])).toString('base64url');
      expect(await codeOf(client.request(Calls, { after }))).toBe(
        `BAD_USER_INPUT: The cursor "${after}" is not one of this list.`,
      );
    });
  });

  describe('that asks too much', () => {
    const refusal = async (query: string) => {
      const response = await fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      const { errors } = (await response.json()) as ApiFailure;
      return {
        status: response.status,
        code: errors[0]?.extensions.code,
        messages: errors.map(({ message }) => message),
      };
    };
    const refused = (message: RegExp) => ({
      status: 400,
      code: 'BAD_USER_INPUT',
      messages: expect.arrayContaining([expect.stringMatching(message)]),
    });

    it('is refused for its depth', async () => {
      expect(await refusal(`${'{ a '.repeat(14)}${'}'.repeat(14)}`)).toEqual(refused(/depth/i));
    });

    it('is refused for its aliases', async () => {
      const aliases = Array.from({ length: 40 }, (_, at) => `a${at}: me { id }`);
      expect(await refusal(`{ ${aliases.join(' ')} }`)).toEqual(refused(/alias/i));
    });

    it('is refused for its length', async () => {
      expect(await refusal(`{ ${'__typename '.repeat(5_000)} }`)).toEqual(refused(/tokens/i));
    });
  });
});
