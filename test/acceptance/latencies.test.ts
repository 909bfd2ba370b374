import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import type { LatencyReportQueryVariables } from '../../src/client/gql/graphql.js';
import type { TurnLatency, TurnProviders } from '../../src/domain/call/conversation-events.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { callStream } from '../../src/domain/stream.js';
import { Providers } from '../../src/providers/registry.js';
import { createSandboxProviders } from '../../src/providers/sandbox/index.js';
import { AtOnce } from '../support/at-once.js';
import { testCall } from '../support/call-events.js';
import { testContext } from '../support/ledger.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { TestCalls } from '../support/test-calls.js';

const Report = graphql(`
  query LatencyReport($filter: LatencyFilterInput, $groupBy: [LatencyGrouping!]!, $minPosition: String) {
    latencyReport(filter: $filter, groupBy: $groupBy, minPosition: $minPosition) {
      from
      to
      groups {
        agent {
          id
        }
        agentVersion
        speechToText
        languageModel
        textToSpeech
        calls
        turns
        interrupted
        budgetExceeded
        speculation {
          started
          promoted
          wastedOutputTokens
          wastedRetrievals
        }
        retrievalMs {
          p50
          p95
          p99
        }
        responseMs {
          p50
          p95
          p99
        }
        modelFirstTokenMs {
          p50
          p95
          p99
        }
        ownMs {
          p50
          p95
          p99
        }
        interruptionMs {
          p50
          p95
          p99
        }
      }
    }
  }
`);

/** An answer, as a test tells it. */
interface Answer {
  readonly responseMs: number;
  readonly languageModel?: string;
  readonly latency?: Partial<TurnLatency>;
  readonly interrupted?: boolean;
  readonly speculation?: Extract<CallEvent, { type: 'CallerTurnCommitted' }>['data']['speculation'];
  /** From before events told who served a turn. */
  readonly old?: boolean;
}

const providersOf = ({ languageModel = 'openai' }: Answer): TurnProviders => ({
  speechToText: 'deepgram',
  languageModel,
  textToSpeech: 'cartesia',
});

const BUDGET_MS = 2_000;

describe('the latency report', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  const calls = new AtOnce();
  beforeAll(async () => {
    const sandbox = createSandboxProviders({ espeakNg: null });
    platform = await startTestPlatform({ providers: new Providers({ sandbox }, 'sandbox') });
    tenant = await createTestTenant(platform, {
      greeting: 'Hello.',
      systemPrompt:
        'On Saturday we are open from nine to one, and whoever comes without an appointment waits for an hour at least, with coffee and cake from the bakery on the other side of the street.',
    });
    calls.start();
  });
  afterAll(async () => {
    await calls.settled();
    await platform.close();
  });

  /** Writes a call with these answers. Returns the position behind it. */
  const write = async (
    { tenantId, agentId }: Pick<TestTenant, 'tenantId' | 'agentId'>,
    answers: readonly Answer[],
    { occurredAt = new Date().toISOString(), agentVersion = 1 } = {},
  ): Promise<string> => {
    const { callId, contactId, events } = testCall(answers.length);
    const told = events.flatMap((event): CallEvent[] => {
      if (event.type === 'CallReceived') {
        return [{ ...event, data: { ...event.data, agentId, agentVersion } }];
      }
      if (event.type === 'CallerTurnCommitted') {
        const { speculation } = answers[event.data.turn - 1] ?? {};
        return [{ ...event, data: { ...event.data, ...(speculation && { speculation }) } }];
      }
      if (event.type !== 'AgentTurnSpoken') return [event];
      const { turn, latency } = event.data;
      const answer = answers[turn - 1] ?? { responseMs: 0 };
      const { responseMs, interrupted = false } = answer;
      const exceeded: CallEvent = {
        type: 'TurnBudgetExceeded',
        data: {
          turn,
          responseMs,
          budgetMs: BUDGET_MS,
          slowestStage: 'endpointing',
          stageMs: 1,
          provider: null,
        },
      };
      const spoken: CallEvent = {
        type: 'AgentTurnSpoken',
        data: {
          ...event.data,
          interrupted,
          latency: { ...latency, responseMs, ...answer.latency },
          ...(answer.old ? {} : { providers: providersOf(answer) }),
        },
      };
      return responseMs > BUDGET_MS ? [exceeded, spoken] : [spoken];
    });
    const { ledger } = platform.storage;
    await ledger.keys.createCallKey(tenantId, contactId, callId);
    const context = { ...testContext(randomUUID()), occurredAt };
    const { position } = await ledger.append(callStream(tenantId, callId), told, 'none', context);
    return position;
  };

  const report = async ({ client }: { readonly client: ApiClient }, variables: LatencyReportQueryVariables) =>
    (await client.request(Report, variables)).latencyReport;

  const upTo = (count: number): Answer[] =>
    Array.from({ length: count }, (_, at) => ({ responseMs: (at + 1) * 10 }));

  it('has percentiles of the stages, of all answers and of nothing else', async () => {
    const other = await createTestTenant(platform);
    await write(other, [{ responseMs: 9_999 }]);
    const own = await createTestTenant(platform);
    await write(own, upTo(50));
    const minPosition = await write(own, [
      ...upTo(100).slice(50),
      {
        responseMs: 2_500,
        interrupted: true,
        latency: { retrievalMs: 120, modelFirstTokenMs: 1_900, interruptionMs: 540 },
      },
    ]);
    const { groups } = await report(own, { groupBy: [], minPosition });
    expect(groups).toEqual([
      {
        agent: null,
        agentVersion: null,
        speechToText: null,
        languageModel: null,
        textToSpeech: null,
        calls: 2,
        turns: 101,
        interrupted: 1,
        budgetExceeded: 1,
        speculation: { started: 0, promoted: 0, wastedOutputTokens: 0, wastedRetrievals: 0 },
        retrievalMs: { p50: 120, p95: 120, p99: 120 },
        responseMs: { p50: 510, p95: 960, p99: 1_000 },
        modelFirstTokenMs: { p50: 1_900, p95: 1_900, p99: 1_900 },
        ownMs: { p50: 2, p95: 2, p99: 2 },
        interruptionMs: { p50: 540, p95: 540, p99: 540 },
      },
    ]);
  });

  it('counts the answers that were prepared, those that were taken, and what the others cost', async () => {
    const one = await createTestTenant(platform);
    const minPosition = await write(one, [
      {
        responseMs: 400,
        speculation: { started: 1, promoted: true, leadMs: 300, wastedOutputTokens: 0 },
      },
      {
        responseMs: 500,
        speculation: { started: 3, promoted: true, leadMs: 200, wastedOutputTokens: 17, wastedRetrievals: 2 },
      },
      {
        responseMs: 900,
        speculation: {
          started: 2,
          promoted: false,
          leadMs: null,
          wastedOutputTokens: 25,
          wastedRetrievals: 1,
        },
      },
      { responseMs: 900 },
    ]);
    const { groups } = await report(one, { groupBy: [], minPosition });
    expect(groups).toMatchObject([
      { turns: 4, speculation: { started: 6, promoted: 2, wastedOutputTokens: 42, wastedRetrievals: 3 } },
    ]);
  });

  it('tells agents, their versions and their providers apart, those with the most answers first', async () => {
    const one = await createTestTenant(platform);
    const agentId = one.agentId;
    await write(one, [{ responseMs: 500 }, { responseMs: 700, languageModel: 'anthropic' }]);
    await write({ ...one, agentId: 'agt_gone' }, [{ responseMs: 100 }]);
    const minPosition = await write(one, [{ responseMs: 900 }, { responseMs: 500, old: true }], {
      agentVersion: 2,
    });
    const told = async (groupBy: LatencyReportQueryVariables['groupBy']) => {
      const { groups } = await report(one, { groupBy, minPosition });
      return groups.map(({ agent, agentVersion, languageModel, turns, responseMs }) => [
        agent?.id ?? null,
        agentVersion,
        languageModel,
        turns,
        responseMs?.p50,
      ]);
    };
    expect(await told(['AGENT'])).toEqual([
      [agentId, null, null, 4, 600],
      [null, null, null, 1, 100],
    ]);
    expect(await told(['AGENT_VERSION'])).toEqual([
      [agentId, 1, null, 2, 600],
      [agentId, 2, null, 2, 700],
      [null, 1, null, 1, 100],
    ]);
    expect(await told(['LANGUAGE_MODEL'])).toEqual([
      [null, null, 'openai', 3, 500],
      [null, null, 'anthropic', 1, 700],
      [null, null, null, 1, 500],
    ]);
    expect(await told(['LANGUAGE_MODEL', 'AGENT_VERSION'])).toHaveLength(5);
  });

  it('is of an agent, a provider and a time that one asks for', async () => {
    const one = await createTestTenant(platform);
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    await write(one, [{ responseMs: 100 }], { occurredAt: daysAgo(8).toISOString() });
    await write({ ...one, agentId: 'agt_other' }, [{ responseMs: 200 }]);
    const minPosition = await write(one, [
      { responseMs: 300 },
      { responseMs: 400, languageModel: 'anthropic' },
    ]);
    const medianOf = async (filter: LatencyReportQueryVariables['filter']) => {
      const { groups } = await report(one, { groupBy: [], filter, minPosition });
      return groups.map(({ turns, responseMs }) => [turns, responseMs?.p50]);
    };
    expect(await medianOf(null)).toEqual([[3, 300]]);
    expect(await medianOf({ agentId: one.agentId })).toEqual([[2, 350]]);
    expect(await medianOf({ languageModel: 'anthropic' })).toEqual([[1, 400]]);
    expect(await medianOf({ speechToText: 'deepgram', textToSpeech: 'cartesia' })).toEqual([[3, 300]]);
    expect(await medianOf({ textToSpeech: 'openai' })).toEqual([]);
    const gte = daysAgo(9).toISOString();
    expect(await medianOf({ spokenAt: { gte, lt: daysAgo(7).toISOString() } })).toEqual([[1, 100]]);
    expect(await medianOf({ spokenAt: { gte } })).toEqual([[4, 250]]);
  });

  it.each([
    ['2026-01-02T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
  ])('refuses a time from %s to %s', async (gte, lt) => {
    await expect(report(tenant, { groupBy: [], filter: { spokenAt: { gte, lt } } })).rejects.toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
      message: expect.stringContaining(`from ${gte} to ${lt}`),
    });
  });

  const real = calls.add(() =>
    new TestCalls(platform, tenant).talk([
      { waitForAgent: true },
      { say: 'Are you open on Saturday?' },
      { interrupt: 'Excuse me, please stop now.', afterMs: 3_500 },
      { waitForAgent: true },
      { hangUp: true },
    ]),
  );
  it('has a real call, which counts its interruptions', async () => {
    const call = await real();
    expect(call.interruptions).toBe(1);
    const [answer] = call.turns.filter(({ turn }) => turn === 1);
    const { groups } = await report(tenant, {
      groupBy: ['AGENT', 'LANGUAGE_MODEL'],
      minPosition: call.events.nodes.at(-1)?.position ?? '',
    });
    expect(groups).toMatchObject([
      {
        agent: { id: tenant.agentId },
        languageModel: 'sandbox',
        calls: 1,
        turns: call.turns.length - 1,
        interrupted: 1,
      },
    ]);
    const interruptionMs = answer?.latency?.interruptionMs;
    // Voice stops the agent after 500 ms, long before the words are understood.
    expect(interruptionMs).toBeGreaterThanOrEqual(500);
    expect(interruptionMs).toBeLessThan(700);
    expect(groups[0]?.interruptionMs?.p50).toBe(interruptionMs);
    const waits = call.turns.flatMap(({ latency }) => latency?.responseMs ?? []);
    expect(groups[0]?.responseMs?.p99).toBeGreaterThanOrEqual(Math.min(...waits));
    expect(groups[0]?.responseMs?.p99).toBeLessThanOrEqual(Math.max(...waits));
  });
});
