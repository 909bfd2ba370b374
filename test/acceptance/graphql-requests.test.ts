import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, type ApiFailure } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { CallBySid, CreateAgent } from '../../src/client/operations.js';
import { createTestTenant, startTestPlatform, type TestPlatform } from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { incomingCall, postWebhook } from '../support/twilio.js';

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
