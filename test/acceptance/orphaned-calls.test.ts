import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallBySid } from '../../src/client/operations.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { silentLogger } from '../../src/domain/logger.js';
import { Orphans } from '../../src/telephony/orphans.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { WrittenCall } from '../support/written-call.js';

const completed: CallEvent = {
  type: 'CallStatusReported',
  data: { status: 'completed', sequence: 3, source: null, durationSeconds: 9 },
};

describe('a call that nobody carries any more', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  beforeAll(async () => {
    platform = await startTestPlatform();
    tenant = await createTestTenant(platform);
  });
  afterAll(() => platform.close());

  const newCall = () => new WrittenCall(platform.storage.ledger, tenant.tenantId, 1);

  const shown = async ({ callSid }: WrittenCall) =>
    (await tenant.client.request(CallBySid, { callSid })).call;

  /** A look at a moment to come, as any of the processes takes one every few seconds. */
  const lookIn = async (seconds: number): Promise<void> => {
    const { ledger, readModels } = platform.storage;
    const now = () => Date.now() + seconds * 1_000;
    await new Orphans({ ledger, readModels, worker: 'test', logger: silentLogger, now }).endAll();
  };

  it('since its process is gone, is ended after a minute without heartbeat', async () => {
    const call = newCall();
    await call.until('AgentTurnSpoken');
    await until('its turn is shown', async () => (await shown(call))?.turns.length === 2);
    await lookIn(50);
    expect(await shown(call)).toMatchObject({ status: 'IN_PROGRESS', endReason: null });
    // Two processes look at once: one end.
    await Promise.all([lookIn(70), lookIn(70)]);
    const ended = await until('its end is shown', async () => {
      const seen = await shown(call);
      return seen?.endReason ? seen : undefined;
    });
    expect(ended).toMatchObject({
      status: 'FAILED',
      endReason: 'WORKER_LOST',
      endedBy: 'platform',
      turnCount: 1,
    });
    expect(ended.events.nodes.filter(({ type }) => type === 'CallEnded')).toHaveLength(1);
  });

  it('since its process is gone and the carrier ended it, is ended 10 s after that', async () => {
    const call = newCall();
    await call.until('AgentTurnSpoken');
    await call.append([completed]);
    await until('the report is shown', async () => (await shown(call))?.status === 'COMPLETED');
    await lookIn(5);
    expect((await shown(call))?.endReason).toBeNull();
    await lookIn(15);
    await until('its end is shown', async () => (await shown(call))?.endReason === 'WORKER_LOST');
  });

  it('since its media never came, is ended after two minutes', async () => {
    const call = newCall();
    await call.until('CallReceived');
    await until('it is shown', async () => (await shown(call)) !== null);
    await lookIn(110);
    expect((await shown(call))?.endReason).toBeNull();
    await lookIn(130);
    await until('its end is shown', async () => (await shown(call))?.endReason === 'CALLER_HUNG_UP');
  });
});
