import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, type ApiFailure } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import {
  AssignPhoneNumber,
  CreateAgent,
  CreateTenant,
  Login,
  PublishAgentVersion,
} from '../../src/client/operations.js';
import { platformCommand } from '../../src/main/demo-login.js';
import {
  ADMIN,
  createTestTenant,
  newNumber,
  startTestPlatform,
  type TestPlatform,
} from '../support/platform.js';

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

const failureOf = async (request: Promise<unknown>): Promise<ApiFailure['errors'][number] | undefined> =>
  request.then(
    () => undefined,
    (error: ApiFailure) => error.errors[0],
  );

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
      for (const other of ['tnt_00000000000000000000000009', 'nonsense']) {
        const failure = await failureOf(anonymous().request(Login, { input: { ...ADMIN, tenantId: other } }));
        expect(failure?.extensions.code).toBe('NOT_FOUND');
      }
    });

    it('is for all tenants by "sys", which is no tenant to who has no platform role', async () => {
      const { login } = await anonymous().request(Login, { input: { ...ADMIN, tenantId: 'sys' } });
      const { me } = await anonymous().as(login.accessToken).request(Me);
      expect(me).toMatchObject({ platformRole: 'SUPERADMIN', tenantRole: null, tenant: null });

      const ann = { email: 'ann@example.com', password: 'a password that is long' };
      const person = { ...ann, firstName: 'Ann', lastName: 'Other', platformRole: null };
      await platform.platform.users.register(person, platformCommand());
      const { tenantId } = await createTestTenant(platform);
      for (const closed of ['sys', tenantId]) {
        expect(
          await failureOf(anonymous().request(Login, { input: { ...ann, tenantId: closed } })),
        ).toMatchObject({
          message: `There is no tenant "${closed}".`,
          extensions: { code: 'NOT_FOUND' },
        });
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
      for (const name of ['', '  ']) {
        const failure = await failureOf(platform.admin.request(CreateTenant, { input: { name } }));
        expect(failure).toMatchObject({
          message: "The input is not valid: name can't be blank.",
          extensions: { code: 'BAD_USER_INPUT' },
        });
      }
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
        { code: 'BAD_USER_INPUT', message: expect.stringContaining('There is no provider "anthropic" for ') },
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
});
