import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { Login, PublishAgentVersion } from '../../src/client/operations.js';
import { changeSettings, ReadAgent } from '../support/agents.js';
import { ADMIN, createTestTenant, startTestPlatform, type TestPlatform } from '../support/platform.js';

const RollBack = graphql(`
  mutation RollBackAgent($input: RollbackAgentInput!) {
    rollbackAgent(input: $input) {
      agent {
        liveVersion
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

const AgentHistory = graphql(`
  query AgentHistory($agentId: ID!, $first: Int, $after: String) {
    agentVersions(agentId: $agentId, first: $first, after: $after) {
      nodes {
        version
        status
        draftedAt
        draftedBy {
          type
          id
        }
        publishedAt
        publishedBy {
          id
        }
        changes {
          field
          before
          after
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const Diff = graphql(`
  query AgentDiff($agentId: ID!, $from: Int!, $to: Int!) {
    agentVersionDiff(agentId: $agentId, from: $from, to: $to) {
      field
      before
      after
    }
  }
`);

const Viewer = graphql(`
  query AgentsAuthor {
    me {
      id
    }
  }
`);

describe("an agent's versions", () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.close());

  it('tell who made them, when, and what became different', async () => {
    const tenant = await createTestTenant(platform, { greeting: 'Hello!' });
    const { client, agentId } = tenant;
    await changeSettings(tenant, 1, { greeting: 'Good day!', turnTaking: { detection: 'FIXED_BUFFER' } });
    await changeSettings(tenant, 2, { languageModel: { temperature: 0.5 } });
    await client.request(PublishAgentVersion, { input: { agentId, version: 2 } });
    const { id } = (await client.request(Viewer, {})).me;
    const { nodes, pageInfo } = (await client.request(AgentHistory, { agentId })).agentVersions;
    const time = expect.stringMatching(/^\d{4}-.*Z$/);
    const drafted = { draftedAt: time, draftedBy: { type: 'user', id } };
    const greeting = { field: 'greeting', before: 'Hello!', after: 'Good day!' };
    const detection = { field: 'turnTaking.detection', before: 'VOICE_ACTIVITY', after: 'FIXED_BUFFER' };
    const temperature = { field: 'languageModel.temperature', before: null, after: 0.5 };
    expect(pageInfo.hasNextPage).toBe(false);
    expect(nodes).toEqual([
      {
        version: 3,
        status: 'DRAFT',
        ...drafted,
        publishedAt: null,
        publishedBy: null,
        changes: [temperature],
      },
      {
        version: 2,
        status: 'PUBLISHED',
        ...drafted,
        publishedAt: time,
        publishedBy: { id },
        changes: [greeting, detection],
      },
      { version: 1, status: 'ARCHIVED', ...drafted, publishedAt: time, publishedBy: { id }, changes: [] },
    ]);
    const diff = async (from: number, to: number) =>
      (await client.request(Diff, { agentId, from, to })).agentVersionDiff;
    expect(await diff(1, 3)).toEqual([greeting, temperature, detection]);
    expect(await diff(2, 2)).toEqual([]);
    await expect(diff(1, 4)).rejects.toThrow('The agent has no version 4; its latest is 3.');
  });

  it('come page by page', async () => {
    const tenant = await createTestTenant(platform);
    const { client, agentId } = tenant;
    for (const version of [1, 2]) await changeSettings(tenant, version, { greeting: `${version}` });
    const page = async (after: string | null) => {
      const { nodes, pageInfo } = (await client.request(AgentHistory, { agentId, first: 2, after }))
        .agentVersions;
      return { versions: nodes.map(({ version }) => version), ...pageInfo };
    };
    const first = await page(null);
    expect(first).toMatchObject({ versions: [3, 2], hasNextPage: true });
    expect(await page(first.endCursor ?? null)).toMatchObject({ versions: [1], hasNextPage: false });
  });

  it('are read one by one, the live one first of all, and as they were', async () => {
    const tenant = await createTestTenant(platform, { greeting: 'One' });
    await changeSettings(tenant, 1, { greeting: 'Two' });
    const read = async (moment: { version?: number; atRevision?: number }) =>
      (await tenant.client.request(ReadAgent, { id: tenant.agentId, ...moment })).agent;
    expect(await read({})).toMatchObject({ config: { version: 1, status: 'PUBLISHED', greeting: 'One' } });
    expect(await read({ version: 2 })).toMatchObject({
      liveVersion: 1,
      config: { version: 2, status: 'DRAFT', greeting: 'Two' },
    });
    expect(await read({ version: 3 })).toBeNull();
    // Created, drafted, and not published yet.
    expect(await read({ atRevision: 1 })).toMatchObject({ liveVersion: null, config: null });
    expect(await read({ atRevision: 1, version: 1 })).toMatchObject({ config: { status: 'DRAFT' } });
    expect(await read({ atRevision: 1, version: 2 })).toBeNull();
  });

  it('of another tenant do not exist', async () => {
    const mine = await createTestTenant(platform);
    const { agentId } = await createTestTenant(platform);
    const missing = new RegExp(`There is no agent ${agentId}`);
    await expect(mine.client.request(AgentHistory, { agentId })).rejects.toThrow(missing);
    await expect(mine.client.request(Diff, { agentId, from: 1, to: 1 })).rejects.toThrow(missing);
    expect((await mine.client.request(ReadAgent, { id: agentId })).agent).toBeNull();
  });

  it('are rolled back to what was live before, unless somebody else was faster', async () => {
    const tenant = await createTestTenant(platform);
    const { client, agentId } = tenant;
    await changeSettings(tenant, 1, { greeting: 'Two' });
    await changeSettings(tenant, 2, { greeting: 'Three' });
    await client.request(PublishAgentVersion, { input: { agentId, version: 3 } });
    const rollBack = async (toVersion: number, expectedVersion?: number) =>
      (
        await client.request(RollBack, {
          input: { agentId, toVersion, ...(expectedVersion && { expectedVersion }) },
        })
      ).rollbackAgent;
    expect((await rollBack(1, 1)).userErrors).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('Version 3 is live, not 1') },
    ]);
    expect((await rollBack(2)).userErrors).toMatchObject([
      { code: 'CONFLICT', field: 'toVersion', message: expect.stringContaining('publish it instead') },
    ]);
    expect((await rollBack(1, 3)).agent).toEqual({ liveVersion: 1 });
    const { nodes } = (await client.request(AgentHistory, { agentId })).agentVersions;
    expect(nodes.map(({ status }) => status)).toEqual(['ARCHIVED', 'DRAFT', 'PUBLISHED']);
  });

  it('are not published, nor rolled back to, where a provider of them has lost its key', async () => {
    const { databaseUrl, dataDir: DATA_DIR } = platform;
    const environment = { DATA_DIR, OPENAI_API_KEY: 'sk-test', DEFAULT_PROVIDER: 'sandbox' };
    const withKey = await startTestPlatform({ databaseUrl, environment });
    const tenant = await createTestTenant(withKey, { textToSpeech: { fallbacks: [{ provider: 'openai' }] } });
    const { agentId } = tenant;
    await changeSettings(tenant, 1, { textToSpeech: { fallbacks: [] } });
    await tenant.client.request(PublishAgentVersion, { input: { agentId, version: 2 } });
    await withKey.close();

    const { login } = await new ApiClient(platform.url).request(Login, {
      input: { ...ADMIN, tenantId: tenant.tenantId },
    });
    const client = platform.admin.as(login.accessToken);
    const { publishAgentVersion } = await client.request(PublishAgentVersion, {
      input: { agentId, version: 1 },
    });
    const { rollbackAgent } = await client.request(RollBack, { input: { agentId, toVersion: 1 } });
    for (const { userErrors } of [publishAgentVersion, rollbackAgent]) {
      expect(userErrors).toMatchObject([
        {
          code: 'BAD_USER_INPUT',
          field: 'textToSpeech.fallbacks[0].provider',
          message:
            'textToSpeech.fallbacks[0].provider: There is no provider "openai" for textToSpeech here; there is sandbox. ' +
            'openai needs OPENAI_API_KEY in the environment.',
        },
      ]);
    }
  });

  it('are not published where a fallback of them is what stands before it here, though rolled back to', async () => {
    const { databaseUrl, dataDir: DATA_DIR } = platform;
    const start = (COMPATIBLE_LANGUAGE_MODEL: string) => {
      const server = { COMPATIBLE_BASE_URL: 'http://localhost:9/v1', COMPATIBLE_LANGUAGE_MODEL };
      return startTestPlatform({ databaseUrl, environment: { DATA_DIR, ...server } });
    };
    const message =
      "languageModel.fallbacks[0] is compatible's llama, which stands before it already: " +
      "when that can't go on, neither can this. Name another one, or leave it out.";
    const refused = [{ code: 'BAD_USER_INPUT', field: 'languageModel.fallbacks[0]', message }];
    const twice = { provider: 'compatible', fallbacks: [{ provider: 'compatible', model: 'llama' }] };

    const before = await start('qwen');
    const tenant = await createTestTenant(before, { languageModel: twice });
    const { agentId, tenantId } = tenant;
    await changeSettings(tenant, 1, { languageModel: { fallbacks: [] } });
    await tenant.client.request(PublishAgentVersion, { input: { agentId, version: 2 } });
    await before.close();

    const after = await start('llama');
    const { login } = await new ApiClient(after.url).request(Login, { input: { ...ADMIN, tenantId } });
    const now = after.admin.as(login.accessToken);
    const { publishAgentVersion } = await now.request(PublishAgentVersion, {
      input: { agentId, version: 1 },
    });
    const { rollbackAgent } = await now.request(RollBack, { input: { agentId, toVersion: 1 } });
    expect(publishAgentVersion.userErrors).toMatchObject(refused);
    expect(rollbackAgent.userErrors).toEqual([]);
    const { userErrors } = await changeSettings({ ...tenant, client: now }, 2, { languageModel: twice });
    expect(userErrors).toMatchObject(refused);
    await after.close();
  });

  it('leave it to a provider when a turn is over where one decides that here, and nowhere else', async () => {
    const { databaseUrl, dataDir: DATA_DIR } = platform;
    const environment = { DATA_DIR, DEEPGRAM_API_KEY: 'dg-key', DEFAULT_PROVIDER: 'sandbox' };
    const withFlux = await startTestPlatform({ databaseUrl, environment });
    const tenant = await createTestTenant(withFlux);
    const turnTaking = { detection: 'PROVIDER' };
    for (const [speechToText, who] of [
      [{}, "sandbox's default model"],
      [{ provider: 'deepgram' }, "deepgram's nova-3"],
    ] as const) {
      const { userErrors } = await changeSettings(tenant, 1, { speechToText, turnTaking });
      expect(userErrors).toMatchObject([{ code: 'BAD_USER_INPUT', field: 'turnTaking.detection' }]);
      expect(userErrors[0]?.message).toContain(`is PROVIDER, but ${who} doesn't decide turns: `);
    }
    const speechToText = { provider: 'deepgram', model: 'flux-general-en' };
    const { userErrors } = await changeSettings(tenant, 1, { speechToText, turnTaking });
    expect(userErrors).toEqual([]);
    await withFlux.close();
  });
});
