import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, type ApiFailure } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import {
  AssignPhoneNumber,
  CallBySid,
  CreateAgent,
  CreateTenant,
  Login,
  PublishAgentVersion,
} from '../../src/client/operations.js';
import {
  ADMIN,
  createTestTenant,
  newNumber,
  startTestPlatform,
  type TestPlatform,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { incomingCall, postWebhook } from '../support/twilio.js';

const Me = graphql(`
  query Me {
    me {
      id
      email
      firstName
      lastName
      platformRole
      tenantRole
      tenant {
        id
        name
      }
    }
  }
`);

const Tenants = graphql(`
  query Tenants($first: Int, $after: String) {
    tenants(first: $first, after: $after) {
      nodes {
        id
        name
        status
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const Agents = graphql(`
  query Agents($first: Int, $after: String) {
    agents(first: $first, after: $after) {
      edges {
        cursor
        node {
          id
          name
          description
          enabled
          latestVersion
          liveVersion
          versions {
            version
            language
            greeting
            systemPrompt
            maxDurationMs
            publishedAt
          }
        }
      }
    }
  }
`);

const UpdateAgent = graphql(`
  mutation UpdateAgent($input: UpdateAgentInput!) {
    updateAgent(input: $input) {
      agent {
        latestVersion
        liveVersion
        versions {
          version
          greeting
          systemPrompt
        }
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

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

const failureOf = async (request: Promise<unknown>): Promise<ApiFailure['errors'][number] | undefined> =>
  request.then(
    () => undefined,
    (error: ApiFailure) => error.errors[0],
  );

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

describe('the GraphQL API', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.close());

  const anonymous = () => new ApiClient(platform.url);

  describe('login', () => {
    it('gives a credential that says who asks', async () => {
      const { login } = await anonymous().request(Login, { input: ADMIN });
      const { me } = await anonymous().as(login.accessToken).request(Me);
      expect(me).toMatchObject({
        email: ADMIN.email,
        firstName: 'Ada',
        lastName: 'Min',
        platformRole: 'SUPERADMIN',
      });
    });

    it('tells nobody whether an e-mail is known', async () => {
      const wrongPassword = await failureOf(
        anonymous().request(Login, { input: { ...ADMIN, password: 'wrong' } }),
      );
      const unknown = await failureOf(
        anonymous().request(Login, { input: { email: 'nobody@example.com', password: 'wrong' } }),
      );
      expect(wrongPassword?.extensions.code).toBe('UNAUTHENTICATED');
      expect(unknown?.message).toBe(wrongPassword?.message);
    });

    it('is for a tenant that the user may enter', async () => {
      const { tenantId, client } = await createTestTenant(platform);
      expect((await client.request(Me)).me).toMatchObject({ tenant: { id: tenantId }, tenantRole: 'OWNER' });
      const tenants = ['tnt_00000000000000000000000009', 'sys', 'nonsense'];
      for (const other of tenants) {
        const failure = await failureOf(anonymous().request(Login, { input: { ...ADMIN, tenantId: other } }));
        expect(failure?.extensions.code).toBe('NOT_FOUND');
      }
    });

    it('is needed for everything else', async () => {
      expect((await failureOf(anonymous().request(Me)))?.extensions.code).toBe('UNAUTHENTICATED');
      expect((await failureOf(anonymous().request(Tenants, {})))?.extensions.code).toBe('UNAUTHENTICATED');
      expect((await failureOf(anonymous().as('nonsense').request(Me)))?.extensions.code).toBe(
        'UNAUTHENTICATED',
      );
    });
  });

  describe('tenants', () => {
    it('are created with a number, which nobody else can have', async () => {
      const phoneNumber = newNumber();
      const first = await platform.admin.request(CreateTenant, { input: { name: 'First', phoneNumber } });
      expect(first.createTenant.tenant).toMatchObject({
        name: 'First',
        status: 'ACTIVE',
        phoneNumbers: [{ number: phoneNumber, agentId: null }],
      });
      const second = await platform.admin.request(CreateTenant, { input: { name: 'Second', phoneNumber } });
      expect(second.createTenant).toMatchObject({
        tenant: null,
        userErrors: [{ field: 'phoneNumber', code: 'ALREADY_EXISTS' }],
      });
    });

    it('are created once for one idempotency key', async () => {
      const input = { name: 'Once', idempotencyKey: 'once' };
      const [first, again] = await Promise.all([
        platform.admin.request(CreateTenant, { input }),
        platform.admin.request(CreateTenant, { input }),
      ]);
      expect(again.createTenant.tenant?.id).toBe(first.createTenant.tenant?.id);
      const other = await failureOf(
        platform.admin.request(CreateTenant, { input: { ...input, name: 'Another' } }),
      );
      expect(other?.extensions.code).toBe('IDEMPOTENCY_MISMATCH');
    });

    it('are listed page by page, each once', async () => {
      for (const name of ['A', 'B', 'C']) await platform.admin.request(CreateTenant, { input: { name } });
      const all = (await platform.admin.request(Tenants, { first: 100 })).tenants.nodes;
      const seen: string[] = [];
      for (let after: string | null | undefined = null; after !== undefined; ) {
        const {
          tenants,
        }: {
          tenants: {
            nodes: readonly { id: string }[];
            pageInfo: { hasNextPage: boolean; endCursor?: string | null };
          };
        } = await platform.admin.request(Tenants, { first: 2, after });
        seen.push(...tenants.nodes.map(({ id }) => id));
        after = tenants.pageInfo.hasNextPage ? tenants.pageInfo.endCursor : undefined;
      }
      expect(seen).toEqual(all.map(({ id }) => id));
    });

    it('refuse a page that is too large, and a cursor of another list', async () => {
      const tooLarge = await failureOf(platform.admin.request(Tenants, { first: 101 }));
      expect(tooLarge).toMatchObject({
        message: 'first must be 1 to 100, not 101.',
        extensions: { code: 'BAD_USER_INPUT' },
      });
      const { client } = await createTestTenant(platform);
      const cursor = (await client.request(Agents, {})).agents.edges[0]?.cursor ?? '';
      const foreign = await failureOf(platform.admin.request(Tenants, { after: cursor }));
      expect(foreign?.extensions.code).toBe('BAD_USER_INPUT');
    });

    it('name every field of the input that is wrong', async () => {
      const failure = await failureOf(platform.admin.request(CreateTenant, { input: { name: '' } }));
      expect(failure).toMatchObject({
        message: expect.stringContaining('name'),
        extensions: { code: 'BAD_USER_INPUT' },
      });
      const number = await failureOf(
        platform.admin.request(CreateTenant, { input: { name: 'X', phoneNumber: '0123' } }),
      );
      expect(number?.message).toContain('"0123" is not a PhoneNumber');
    });
  });

  describe('agents', () => {
    it('have versions, of which one is live', async () => {
      const { client, agentId } = await createTestTenant(platform, {
        greeting: 'Hello!',
        systemPrompt: 'Be kind.',
      });
      const updated = await client.request(UpdateAgent, {
        input: { agentId, expectedVersion: 1, settings: { greeting: 'Good day!' } },
      });
      expect(updated.updateAgent.agent).toMatchObject({
        latestVersion: 2,
        liveVersion: 1,
        versions: [
          { version: 1, greeting: 'Hello!', systemPrompt: 'Be kind.' },
          { version: 2, greeting: 'Good day!', systemPrompt: 'Be kind.' },
        ],
      });
      await client.request(PublishAgentVersion, { input: { agentId, version: 2 } });
      const [edge] = (await client.request(Agents, {})).agents.edges;
      expect(edge?.node).toMatchObject({ id: agentId, enabled: true, latestVersion: 2, liveVersion: 2 });
    });

    it('are not changed over a version that the caller has not seen', async () => {
      const { client, agentId } = await createTestTenant(platform);
      const input = { agentId, expectedVersion: 1, settings: { greeting: 'One' } };
      await client.request(UpdateAgent, { input });
      const { updateAgent } = await client.request(UpdateAgent, { input });
      expect(updateAgent).toMatchObject({ agent: null, userErrors: [{ code: 'CONFLICT' }] });
    });

    it('cannot use a provider that is not configured', async () => {
      const { client } = await createTestTenant(platform);
      const { createAgent } = await client.request(CreateAgent, {
        input: { name: 'X', settings: { languageModel: { provider: 'anthropic' } } },
      });
      expect(createAgent.userErrors).toMatchObject([
        { code: 'BAD_USER_INPUT', message: expect.stringContaining('There is no provider "anthropic" here') },
      ]);
    });

    it('of another tenant do not exist', async () => {
      const mine = await createTestTenant(platform);
      const theirs = await createTestTenant(platform);
      const published = await mine.client.request(PublishAgentVersion, {
        input: { agentId: theirs.agentId, version: 1 },
      });
      expect(published.publishAgentVersion.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
      const assigned = await mine.client.request(AssignPhoneNumber, {
        input: { phoneNumber: newNumber(), agentId: theirs.agentId },
      });
      expect(assigned.assignPhoneNumber.userErrors).toMatchObject([{ field: 'agentId', code: 'NOT_FOUND' }]);
      const taken = await mine.client.request(AssignPhoneNumber, {
        input: { phoneNumber: theirs.number, agentId: mine.agentId },
      });
      expect(taken.assignPhoneNumber.userErrors).toMatchObject([
        { field: 'phoneNumber', code: 'ALREADY_EXISTS' },
      ]);
      expect((await mine.client.request(Agents, {})).agents.edges.map(({ node }) => node.id)).toEqual([
        mine.agentId,
      ]);
    });

    it('need a credential for a tenant', async () => {
      const failure = await failureOf(platform.admin.request(CreateAgent, { input: { name: 'X' } }));
      expect(failure?.extensions.code).toBe('FORBIDDEN');
    });
  });

  describe('a node', () => {
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
  });

  describe('reading what was written', () => {
    it('waits for the position of the write', async () => {
      const { client } = await createTestTenant(platform);
      const { createAgent } = await client.request(CreateAgent, { input: { name: 'New' } });
      const { calls } = await client.request(Calls, { minPosition: createAgent.position });
      expect(calls.totalCount).toBe(0);
    });

    it('refuses a position beyond the end of the ledger, and what is no position', async () => {
      const { client } = await createTestTenant(platform);
      for (const minPosition of ['999999999', 'soon']) {
        const failure = await failureOf(client.request(Calls, { minPosition }));
        expect(failure?.extensions.code).toBe('BAD_USER_INPUT');
      }
    });
  });

  describe('a request that asks too much', () => {
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
