import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphql } from '../../src/client/gql/gql.js';
import { CallBySid } from '../../src/client/operations.js';
import {
  createTestTenant,
  newNumber,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { incomingCall, postWebhook, streamUrlOf } from '../support/twilio.js';

const SetAgentEnabled = graphql(`
  mutation SetAgentEnabled($input: SetAgentEnabledInput!) {
    setAgentEnabled(input: $input) {
      agent {
        enabled
      }
      userErrors {
        message
      }
    }
  }
`);

const SetTenantStatus = graphql(`
  mutation SetTenantStatus($input: SetTenantStatusInput!) {
    setTenantStatus(input: $input) {
      tenant {
        status
      }
      userErrors {
        message
      }
    }
  }
`);

const CreateUnpublishedAgent = graphql(`
  mutation CreateUnpublishedAgent($input: CreateAgentInput!) {
    createAgent(input: $input) {
      agent {
        id
      }
    }
  }
`);

const Assign = graphql(`
  mutation Assign($input: AssignPhoneNumberInput!) {
    assignPhoneNumber(input: $input) {
      userErrors {
        message
      }
    }
  }
`);

describe('a call that nobody answers', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.close());

  const call = (form: Record<string, string>) => postWebhook(platform, '/webhooks/incoming-call', form);

  /** The call as the API shows it, once it does. */
  const shown = (callSid: string, owner: TestTenant) =>
    until(
      'the call is shown',
      async () => (await owner.client.request(CallBySid, { callSid })).call ?? undefined,
    );

  const hears = async (owner: TestTenant, number: string, sentence: RegExp, rejectReason: string) => {
    const form = incomingCall(number);
    const { status, body } = await call(form);
    expect({ status, stream: streamUrlOf(body) }).toEqual({ status: 200, stream: null });
    expect(body).toMatch(sentence);
    const rejected = await shown(form.CallSid ?? '', owner);
    expect(rejected).toMatchObject({ status: 'REJECTED', rejectReason });
    expect(rejected.events.nodes.map(({ type }) => type)).toEqual(['CallRejected']);
    // Told again, it hears the same.
    expect((await call(form)).body).toBe(body);
  };

  it('since the agent is switched off', async () => {
    const owner = await createTestTenant(platform);
    await owner.client.request(SetAgentEnabled, { input: { agentId: owner.agentId, enabled: false } });
    await hears(owner, owner.number, /switched off/, 'AGENT_DISABLED');
  });

  it('since no version of the agent is published', async () => {
    const owner = await createTestTenant(platform);
    const { createAgent } = await owner.client.request(CreateUnpublishedAgent, { input: { name: 'New' } });
    const phoneNumber = newNumber();
    await owner.client.request(Assign, { input: { phoneNumber, agentId: createAgent.agent?.id ?? '' } });
    await hears(owner, phoneNumber, /not ready yet/, 'AGENT_UNPUBLISHED');
  });

  it('in the language of its tenant', async () => {
    const owner = await createTestTenant(platform, {}, { language: 'de-AT' });
    await owner.client.request(SetAgentEnabled, { input: { agentId: owner.agentId, enabled: false } });
    await hears(
      owner,
      owner.number,
      /<Say language="de-DE">Der Assistent .* ausgeschaltet/,
      'AGENT_DISABLED',
    );
  });

  it('at a number that no tenant has, in the words of the operator', async () => {
    const environment = { UNKNOWN_NUMBER_SENTENCE: 'Nobody lives here any more.' };
    const other = await startTestPlatform({ environment });
    const { body } = await postWebhook(other, '/webhooks/incoming-call', incomingCall(newNumber()));
    await other.close();
    expect(body).toContain('<Say language="en-US">Nobody lives here any more.</Say><Hangup/>');
  });

  it('since the tenant is inactive, or suspended: each its own sentence', async () => {
    const owner = await createTestTenant(platform);
    const { tenantId } = owner;
    await platform.admin.request(SetTenantStatus, { input: { tenantId, status: 'INACTIVE' } });
    await hears(owner, owner.number, /is not active/, 'TENANT_INACTIVE');
    await platform.admin.request(SetTenantStatus, {
      input: { tenantId, status: 'SUSPENDED', reason: 'unpaid' },
    });
    await hears(owner, owner.number, /is suspended/, 'TENANT_SUSPENDED');
    await platform.admin.request(SetTenantStatus, { input: { tenantId, status: 'ACTIVE' } });
    expect(streamUrlOf((await call(incomingCall(owner.number))).body)).not.toBeNull();
  });

  it('since the agent was switched off while the caller waited for a line', async () => {
    const full = await startTestPlatform({ environment: { MAX_CALLS: '1', BUSY_WAIT_SECONDS: '60' } });
    const owner = await createTestTenant(full);
    const ring = (form: Record<string, string>, query = '') =>
      postWebhook(full, `/webhooks/incoming-call${query}`, form);
    await ring(incomingCall(owner.number));
    const waiting = incomingCall(owner.number);
    const [query] = /\?waitingSince=\d+/.exec((await ring(waiting)).body) ?? [];
    await owner.client.request(SetAgentEnabled, { input: { agentId: owner.agentId, enabled: false } });
    // Callers who wait learn it within a round: what was read of the number just now is good for 3 s.
    const body = await until('the caller is told', async () => {
      const answer = await ring(waiting, query);
      return answer.body.includes('<Hangup/>') && answer.body;
    });
    await full.close();
    expect(query).toBeDefined();
    expect(body).toMatch(/switched off.*<Hangup\/>/);
  });
});
