import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Providers } from '../../src/providers/registry.js';
import { createSandboxProviders } from '../../src/providers/sandbox/index.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { type Call, TestCalls } from '../support/test-calls.js';

const TOKEN = 'a-token-that-only-the-scraper-of-this-test-knows';

/** A sample's value by its name and labels, as Prometheus reads them; 0 where there is none yet. */
const sample = (text: string, name: string): number => {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? 0);
};

describe('the metrics', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  let call: Call;
  const read = (path = '/metrics', authorization = `Bearer ${TOKEN}`) =>
    fetch(`${platform.url}${path}`, { headers: { authorization } });
  const metrics = async () => (await read()).text();
  beforeAll(async () => {
    const sandbox = createSandboxProviders({ espeakNg: null });
    platform = await startTestPlatform({
      providers: new Providers({ sandbox }, 'sandbox'),
      environment: { METRICS_TOKEN: TOKEN },
    });
    tenant = await createTestTenant(platform, { greeting: 'Hello.' });
    call = await new TestCalls(platform, tenant).talk([
      { waitForAgent: true },
      { say: 'Are you open on Saturday?' },
      { hangUp: true },
    ]);
  });
  afterAll(() => platform.close());

  it('tell each stage of a turn, by provider, in seconds', async () => {
    const stage = 'ledgerline_turn_stage_seconds';
    const text = await until('the turn is counted', async () => {
      const now = await metrics();
      return sample(now, `${stage}_count{stage="response",provider=""}`) > 0 ? now : undefined;
    });
    const latency = call.turns[1]?.latency;
    expect(sample(text, `${stage}_sum{stage="response",provider=""}`)).toBeCloseTo(
      (latency?.responseMs ?? Number.NaN) / 1_000,
      6,
    );
    expect(sample(text, `${stage}_count{stage="model_first_token",provider="sandbox"}`)).toBe(1);
    expect(sample(text, `${stage}_count{stage="transcript",provider="sandbox"}`)).toBe(1);
    expect(sample(text, `${stage}_count{stage="synthesis_first_byte",provider="sandbox"}`)).toBe(1);
  });

  it('tell calls, and what the process itself needs', async () => {
    const text = await until('the end is counted', async () => {
      const now = await metrics();
      return sample(now, 'ledgerline_calls_ended_total{reason="caller_hung_up"}') > 0 ? now : undefined;
    });
    expect(sample(text, 'ledgerline_calls_answered_total')).toBe(1);
    expect(sample(text, 'ledgerline_calls_active')).toBe(0);
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('name no tenant, no agent and no caller', async () => {
    const text = await metrics();
    for (const name of [tenant.tenantId, tenant.agentId, call.id, tenant.number])
      expect(text).not.toContain(name);
  });

  it('are found under both of their paths', async () => {
    for (const path of ['/metrics', '/health/metrics']) {
      const response = await read(path);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining('text/plain; version=0.0.4'),
      ]);
    }
  });

  it('are told to nobody else where there is a METRICS_TOKEN', async () => {
    for (const authorization of ['', TOKEN, `Bearer ${TOKEN}x`]) {
      const response = await read('/metrics', authorization);
      expect(response.status).toBe(401);
      expect(await response.text()).toContain('METRICS_TOKEN');
    }
  });
});
