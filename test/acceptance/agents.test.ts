import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphql } from '../../src/client/gql/gql.js';
import { PublishAgentVersion } from '../../src/client/operations.js';
import { ChangeAgent, changeSettings, ReadAgent } from '../support/agents.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { incomingCall, postWebhook } from '../support/twilio.js';

const NewAgent = graphql(`
  mutation NewAgent($input: CreateAgentInput!) {
    createAgent(input: $input) {
      agent {
        id
        name
        description
        status
        createdAt
        updatedAt
        config {
          version
        }
        version(number: 1) {
          ...AllSettings
        }
      }
      userErrors {
        field
        message
        code
      }
    }
  }

  fragment AllSettings on AgentVersion {
    language
    fallbackLanguage
    greeting
    systemPrompt
    speechToText {
      provider
      model
      fallbacks {
        provider
        model
      }
    }
    languageModel {
      provider
      model
      temperature
      topP
      maxTokens
      hedgeAfterMs
      fallbacks {
        provider
        model
      }
    }
    textToSpeech {
      provider
      model
      voice
      speed
      tone
      settings
      fallbacks {
        provider
        model
        voice
      }
    }
    speechToSpeech {
      provider
    }
    turnTaking {
      detection
      bufferMs
      interruptionSensitivity
      responseDelayMs
      callerTurnLimitMs
    }
    endPhrases
    transferTo
    recordingEnabled
    recordingConsent
    silenceTimeoutMs
    maxDurationMs
  }
`);

const Archive = graphql(`
  mutation ArchiveAgent($input: ArchiveAgentInput!) {
    archiveAgent(input: $input) {
      agent {
        status
        enabled
      }
      userErrors {
        message
      }
    }
  }
`);

const Unarchive = graphql(`
  mutation UnarchiveAgent($input: UnarchiveAgentInput!) {
    unarchiveAgent(input: $input) {
      agent {
        status
      }
      userErrors {
        message
      }
    }
  }
`);

const Enable = graphql(`
  mutation EnableAgent($input: SetAgentEnabledInput!) {
    setAgentEnabled(input: $input) {
      agent {
        status
      }
      userErrors {
        code
        message
      }
    }
  }
`);

const Listed = graphql(`
  query ListedAgents($includeArchived: Boolean) {
    agents(includeArchived: $includeArchived) {
      nodes {
        id
      }
    }
  }
`);

describe('an agent', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    const environment = { ELEVENLABS_API_KEY: 'xi-test', DEFAULT_PROVIDER: 'sandbox' };
    platform = await startTestPlatform({ environment });
  });
  afterAll(() => platform.close());

  const called = async (number: string): Promise<string> =>
    (await postWebhook(platform, '/webhooks/incoming-call', incomingCall(number))).body;

  const configOf = async ({ client, agentId: id }: TestTenant, version: number) =>
    (await client.request(ReadAgent, { id, version })).agent?.config;

  it('is made by the request that dashboards send: nine fields, and active at once', async () => {
    const { client } = await createTestTenant(platform);
    const { createAgent } = await client.request(NewAgent, {
      input: {
        name: 'Customer Support Agent',
        description: 'Handles customer support calls',
        settings: {
          languageModel: { provider: 'sandbox', model: 'small' },
          speechToText: { provider: 'sandbox' },
          textToSpeech: { provider: 'sandbox', voice: 'friendly', speed: 1.0, tone: 'professional' },
          systemPrompt: 'You are a helpful customer support agent.',
          language: 'en',
        },
      },
    });
    expect(createAgent).toMatchObject({
      userErrors: [],
      agent: {
        id: expect.stringMatching(/^agt_/),
        name: 'Customer Support Agent',
        description: 'Handles customer support calls',
        status: 'ACTIVE',
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
        updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        // Calls get a version once it's published.
        config: null,
        version: {
          languageModel: { provider: 'sandbox', model: 'small' },
          textToSpeech: { voice: 'friendly', speed: 1, tone: 'professional' },
        },
      },
    });
  });

  it('has every setting that it is given', async () => {
    const { client } = await createTestTenant(platform);
    const settings = {
      language: 'de-AT',
      fallbackLanguage: 'en',
      greeting: 'Hallo!',
      systemPrompt: 'Be kind.',
      speechToText: { provider: 'sandbox', model: 'a', fallbacks: [{ provider: 'sandbox', model: 'b' }] },
      languageModel: {
        provider: 'sandbox',
        model: 'c',
        temperature: 0.3,
        topP: 0.9,
        maxTokens: 300,
        hedgeAfterMs: 800,
        fallbacks: [{ provider: 'sandbox', model: null }],
      },
      textToSpeech: {
        provider: 'sandbox',
        model: 'd',
        voice: 'Ada',
        speed: 1.1,
        tone: 'calm',
        settings: { stability: 0.5, boost: true },
        fallbacks: [{ provider: 'sandbox', model: null, voice: 'Bea' }],
      },
      speechToSpeech: null,
      turnTaking: {
        detection: 'FIXED_BUFFER',
        bufferMs: 1_500,
        interruptionSensitivity: 'LOW',
        responseDelayMs: 100,
        callerTurnLimitMs: 60_000,
      },
      endPhrases: ['goodbye', 'auf Wiederhören'],
      transferTo: '+14155550199',
      recordingEnabled: true,
      recordingConsent: 'This call is recorded.',
      silenceTimeoutMs: 15_000,
      maxDurationMs: 600_000,
    } as const;
    const input = { name: 'Ada', settings: structuredClone(settings) as never };
    const { createAgent } = await client.request(NewAgent, { input });
    expect(createAgent.agent?.version).toEqual(settings);
  });

  it('has the defaults of those that it is not given', async () => {
    const { client } = await createTestTenant(platform);
    const { createAgent } = await client.request(NewAgent, { input: { name: 'Ada' } });
    const provider = 'sandbox';
    expect(createAgent.agent?.version).toEqual({
      language: 'en',
      fallbackLanguage: null,
      greeting: '',
      systemPrompt: '',
      speechToText: { provider, model: null, fallbacks: [] },
      languageModel: {
        provider,
        model: null,
        temperature: null,
        topP: null,
        maxTokens: null,
        hedgeAfterMs: null,
        fallbacks: [],
      },
      textToSpeech: {
        provider,
        model: null,
        voice: null,
        speed: null,
        tone: null,
        settings: {},
        fallbacks: [],
      },
      speechToSpeech: null,
      turnTaking: {
        detection: 'VOICE_ACTIVITY',
        bufferMs: 2_000,
        interruptionSensitivity: 'MEDIUM',
        responseDelayMs: 0,
        callerTurnLimitMs: 90_000,
      },
      endPhrases: [],
      transferTo: null,
      recordingEnabled: false,
      recordingConsent: '',
      silenceTimeoutMs: 20_000,
      maxDurationMs: 1_800_000,
    });
  });

  it('keeps what a change leaves out, and loses what it clears', async () => {
    const tenant = await createTestTenant(platform, {
      greeting: 'Hello!',
      systemPrompt: 'Be kind.',
      textToSpeech: { voice: 'Ada', speed: 1.2, settings: { stability: 0.5 } },
    });
    const { userErrors } = await changeSettings(tenant, 1, {
      greeting: null,
      textToSpeech: { speed: null },
      turnTaking: { callerTurnLimitMs: null },
    });
    expect(userErrors).toEqual([]);
    expect(await configOf(tenant, 2)).toEqual({
      version: 2,
      status: 'DRAFT',
      greeting: '',
      systemPrompt: 'Be kind.',
      textToSpeech: { voice: 'Ada', speed: null, settings: { stability: 0.5 } },
      turnTaking: { detection: 'VOICE_ACTIVITY', callerTurnLimitMs: null },
    });
  });

  it.each([
    [{ silenceTimeoutMs: 3_999 }, 'silenceTimeoutMs', 'is 3999: it must be from 4,000 to 600,000.'],
    [{ languageModel: { topP: 1.1 } }, 'languageModel.topP', 'is 1.1: it must be from 0 to 1.'],
    [{ turnTaking: { bufferMs: 499 } }, 'turnTaking.bufferMs', 'is 499: it must be from 500 to 10,000.'],
    [{ transferTo: 'Bob' }, 'transferTo', 'is "Bob": write it in E.164, as in +14155550100.'],
    [{ maxDurationMs: null }, 'maxDurationMs', "can't be cleared: leave it out, or give it a value."],
    [{ turnTaking: null }, 'turnTaking', "can't be cleared: leave it out, or give it a value."],
    [
      { turnTaking: { detection: null } },
      'turnTaking.detection',
      "can't be cleared: leave it out, or give it a value.",
    ],
    [
      { languageModel: { fallbacks: [{ provider: 'sandbox' }, { provider: 'nobody' }] } },
      'languageModel.fallbacks[1].provider',
      ': There is no provider "nobody" for ',
    ],
    [
      { speechToSpeech: { provider: 'nobody' } },
      'speechToSpeech.provider',
      ': There is no provider "nobody" for speechToSpeech',
    ],
    [
      { textToSpeech: { provider: 'elevenlabs', settings: { stability: 0.5, style: 1.5 } } },
      'textToSpeech.settings.style',
      'is 1.5: it must be a number from 0 to 1.',
    ],
    [
      { textToSpeech: { provider: 'elevenlabs', settings: { use_speaker_boost: 'yes' } } },
      'textToSpeech.settings.use_speaker_boost',
      'is "yes": it must be a boolean.',
    ],
    [
      { textToSpeech: { provider: 'elevenlabs', settings: { pitch: 1 } } },
      'textToSpeech.settings.pitch',
      'is no setting of elevenlabs: it has stability, similarity_boost, style, use_speaker_boost.',
    ],
  ])('is not changed by what cannot be: %j', async (settings, field, fault) => {
    const tenant = await createTestTenant(platform);
    const { agent, userErrors } = await changeSettings(tenant, 1, settings);
    expect(agent).toBeNull();
    expect(userErrors).toMatchObject([{ field, code: 'BAD_USER_INPUT' }]);
    expect(userErrors[0]?.message).toContain(`${field}${fault.startsWith(':') ? '' : ' '}${fault}`);
  });

  it('is checked against the provider that it has already, and as a new agent', async () => {
    const elevenlabs = { provider: 'elevenlabs', settings: { stability: 0.5 } };
    const tenant = await createTestTenant(platform, { textToSpeech: elevenlabs });
    const { userErrors } = await changeSettings(tenant, 1, { textToSpeech: { settings: { stability: 2 } } });
    expect(userErrors).toMatchObject([{ field: 'textToSpeech.settings.stability' }]);
    const settings = { textToSpeech: { ...elevenlabs, settings: { stability: -1 } } };
    const { createAgent } = await tenant.client.request(NewAgent, { input: { name: 'Bea', settings } });
    expect(createAgent.userErrors).toMatchObject([
      { field: 'textToSpeech.settings.stability', code: 'BAD_USER_INPUT' },
    ]);
  });

  it('gets another name and description without another version', async () => {
    const { client, agentId } = await createTestTenant(platform);
    const change = async (input: object) =>
      (await client.request(ChangeAgent, { input: { agentId, expectedVersion: 1, ...input } })).updateAgent;
    expect(await change({ name: 'Bea', description: 'Kind.' })).toEqual({
      agent: { name: 'Bea', description: 'Kind.', latestVersion: 1 },
      userErrors: [],
    });
    expect((await change({ description: null })).agent).toMatchObject({ name: 'Bea', description: null });
    expect((await change({ name: null })).userErrors).toMatchObject([
      { field: 'name', code: 'BAD_USER_INPUT' },
    ]);
  });

  it('that is disabled or archived does not answer: its number says a sentence', async () => {
    const { client, agentId, number } = await createTestTenant(platform);
    const input = { agentId };
    const listed = async (includeArchived: boolean) =>
      (await client.request(Listed, { includeArchived })).agents.nodes.length;
    expect(await called(number)).toContain('<Stream ');

    const enable = async (enabled: boolean) =>
      (await client.request(Enable, { input: { ...input, enabled } })).setAgentEnabled;
    expect((await enable(false)).agent).toEqual({ status: 'INACTIVE' });
    const sentence = await called(number);
    expect(sentence).toMatch(/<Say .*switched off at the moment/);
    await enable(true);

    const { archiveAgent } = await client.request(Archive, { input });
    expect(archiveAgent.agent).toEqual({ status: 'ARCHIVED', enabled: false });
    expect(await called(number)).toBe(sentence);
    expect([await listed(false), await listed(true)]).toEqual([0, 1]);
    const refused = [{ code: 'CONFLICT', message: expect.stringContaining('The agent is archived') }];
    expect((await enable(true)).userErrors).toEqual(refused);
    const published = await client.request(PublishAgentVersion, { input: { agentId, version: 1 } });
    expect(published.publishAgentVersion.userErrors).toMatchObject(refused);

    const { unarchiveAgent } = await client.request(Unarchive, { input });
    expect(unarchiveAgent.agent).toEqual({ status: 'INACTIVE' });
    expect(await called(number)).toBe(sentence);
    expect((await enable(true)).agent).toEqual({ status: 'ACTIVE' });
    expect(await called(number)).toContain('<Stream ');
    expect(await listed(false)).toBe(1);
  });
});
