import { describe, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { agentDecider } from './decider.js';
import { defaultSettings } from './defaults.js';
import type { AgentEvent } from './events.js';

const settings = { ...defaultSettings('sandbox'), greeting: 'Hello!', systemPrompt: 'Be kind.' };
const created: AgentEvent[] = [
  {
    type: 'AgentCreated',
    data: { agentId: 'agt_1', name: 'Ada', description: undefined, createdBy: 'usr_1' },
  },
  { type: 'AgentVersionDrafted', data: { ...settings, version: 1 } },
];
const published: AgentEvent = { type: 'AgentVersionPublished', data: { version: 1 } };

describe('an agent', () => {
  it('is created with a first version, a draft, that says everything', () =>
    given(agentDecider)
      .when({
        type: 'CreateAgent',
        agentId: 'agt_1',
        name: 'Ada',
        createdBy: 'usr_1',
        provider: 'sandbox',
        settings: { greeting: 'Hello!', systemPrompt: 'Be kind.' },
      })
      .emits(...created));

  it('gets a version that changes what is named, and keeps the rest', () =>
    given(agentDecider, created)
      .when({ type: 'UpdateAgent', expectedVersion: 1, settings: { greeting: 'Good day!' } })
      .emits({ type: 'AgentVersionDrafted', data: { ...settings, greeting: 'Good day!', version: 2 } }));

  it('gets no version where nothing differs', () =>
    given(agentDecider, created)
      .when({ type: 'UpdateAgent', expectedVersion: 1, name: 'Ada', settings: { greeting: 'Hello!' } })
      .emits());

  it('is renamed and described in the same breath, and loses its description', () => {
    const described: AgentEvent = { type: 'AgentDescribed', data: { description: 'Kind.' } };
    given(agentDecider, created)
      .when({ type: 'UpdateAgent', expectedVersion: 1, name: 'Bea', description: 'Kind.', settings: {} })
      .emits({ type: 'AgentRenamed', data: { name: 'Bea' } }, described);
    given(agentDecider, [...created, described])
      .when({ type: 'UpdateAgent', expectedVersion: 1, description: null, settings: {} })
      .emits({ type: 'AgentDescribed', data: { description: undefined } });
  });

  it('refuses a change of a version that is not the latest', () =>
    given(agentDecider, created)
      .when({ type: 'UpdateAgent', expectedVersion: 2, settings: {} })
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

  it('is rolled back to a version that was live, and to no other', () => {
    const past: AgentEvent[] = [
      ...created,
      published,
      { type: 'AgentVersionDrafted', data: { ...settings, version: 2 } },
      { type: 'AgentVersionDrafted', data: { ...settings, version: 3 } },
      { type: 'AgentVersionPublished', data: { version: 3 } },
    ];
    const agent = given(agentDecider, past);
    agent.when({ type: 'RollBack', toVersion: 1, expectedVersion: 3 }).emits(published);
    agent.when({ type: 'RollBack', toVersion: 3 }).emits();
    agent.when({ type: 'RollBack', toVersion: 2 }).isRefused({ code: 'CONFLICT' });
    agent.when({ type: 'RollBack', toVersion: 4 }).isRefused({ code: 'NOT_FOUND' });
    agent.when({ type: 'RollBack', toVersion: 1, expectedVersion: 2 }).isRefused({
      code: 'CONFLICT',
      details: { expectedVersion: 2, liveVersion: 3 },
    });
  });

  it('is archived, which disables it, and comes back disabled', () => {
    const archived: AgentEvent[] = [
      { type: 'AgentDisabled', data: {} },
      { type: 'AgentArchived', data: {} },
    ];
    given(agentDecider, created)
      .when({ type: 'SetArchived', archived: true })
      .emits(...archived);
    const agent = given(agentDecider, [...created, ...archived]);
    agent.when({ type: 'SetArchived', archived: true }).emits();
    agent.when({ type: 'SetArchived', archived: false }).emits({ type: 'AgentUnarchived', data: {} });
    for (const command of [
      { type: 'SetEnabled', enabled: true },
      { type: 'PublishVersion', version: 1 },
      { type: 'RollBack', toVersion: 1 },
      { type: 'UpdateAgent', expectedVersion: 1, settings: {} },
    ] as const) {
      agent.when(command).isRefused({ code: 'CONFLICT' });
    }
  });

  it('is disabled and enabled', () => {
    given(agentDecider, created).when({ type: 'SetEnabled', enabled: true }).emits();
    given(agentDecider, created)
      .when({ type: 'SetEnabled', enabled: false })
      .emits({ type: 'AgentDisabled', data: {} });
  });

  it('is not there before it is created', () =>
    given(agentDecider).when({ type: 'SetEnabled', enabled: false }).isRefused({ code: 'NOT_FOUND' }));
});
