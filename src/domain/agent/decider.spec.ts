import { describe, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { agentDecider } from './decider.js';
import type { AgentEvent } from './events.js';
import type { AgentSettings } from './settings.js';

const settings: AgentSettings = {
  language: 'en',
  greeting: 'Hello!',
  systemPrompt: 'Be kind.',
  speechToText: { provider: 'sandbox', model: null },
  languageModel: { provider: 'sandbox', model: null, temperature: null, maxTokens: null },
  textToSpeech: { provider: 'sandbox', model: null, voice: null },
  silenceTimeoutMs: 20_000,
  maxDurationMs: 1_800_000,
};
const created: AgentEvent[] = [
  {
    type: 'AgentCreated',
    data: { agentId: 'agt_1', name: 'Ada', description: undefined, createdBy: 'usr_1' },
  },
  { type: 'AgentVersionDrafted', data: { ...settings, version: 1 } },
];
const published: AgentEvent = { type: 'AgentVersionPublished', data: { version: 1 } };

describe('an agent', () => {
  it('is created with a first version, a draft', () =>
    given(agentDecider)
      .when({ type: 'CreateAgent', agentId: 'agt_1', name: 'Ada', createdBy: 'usr_1', settings })
      .emits(...created));

  it('gets a version that changes what is named, and keeps the rest', () =>
    given(agentDecider, created)
      .when({ type: 'DraftVersion', expectedVersion: 1, changes: { greeting: 'Good day!' } })
      .emits({ type: 'AgentVersionDrafted', data: { ...settings, greeting: 'Good day!', version: 2 } }));

  it('refuses a change of a version that is not the latest', () =>
    given(agentDecider, created)
      .when({ type: 'DraftVersion', expectedVersion: 2, changes: {} })
      .isRefused({ code: 'CONFLICT', details: { expectedVersion: 2, latestVersion: 1 } }));

  it('publishes a version once, and an older one again', () => {
    given(agentDecider, created).when({ type: 'PublishVersion', version: 1 }).emits(published);
    given(agentDecider, [...created, published])
      .when({ type: 'PublishVersion', version: 1 })
      .emits();
    given(agentDecider, [
      ...created,
      published,
      { type: 'AgentVersionDrafted', data: { ...settings, version: 2 } },
      { type: 'AgentVersionPublished', data: { version: 2 } },
    ])
      .when({ type: 'PublishVersion', version: 1 })
      .emits(published);
  });

  it('cannot publish a version that there is not', () =>
    given(agentDecider, created)
      .when({ type: 'PublishVersion', version: 2 })
      .isRefused({ code: 'NOT_FOUND' }));

  it('is disabled and enabled', () => {
    given(agentDecider, created).when({ type: 'SetEnabled', enabled: true }).emits();
    given(agentDecider, created)
      .when({ type: 'SetEnabled', enabled: false })
      .emits({ type: 'AgentDisabled', data: {} });
  });

  it('is not there before it is created', () =>
    given(agentDecider).when({ type: 'SetEnabled', enabled: false }).isRefused({ code: 'NOT_FOUND' }));
});
