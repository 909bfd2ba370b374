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

  const wanted: CallEvent = {
    type: 'TransferRequested',
    data: { transfer: 1, to: '+14155550144', by: 'agent', turn: 1, atMs: 5_000 },
  };
  const dialed: CallEvent = { type: 'TransferDialed', data: { transfer: 1, atMs: 6_000 } };
  const busy: CallEvent = {
    type: 'TransferEnded',
    data: { transfer: 1, outcome: 'busy', durationSeconds: null, atMs: 7_000 },
  };

  const putThrough = async (...events: readonly CallEvent[]): Promise<WrittenCall> => {
    const call = newCall();
    await call.until('AgentTurnSpoken');
    await call.append(events);
    await until(
      'it is shown',
      async () => (await shown(call))?.events.nodes.at(-1)?.type === events.at(-1)?.type,
    );
    return call;
  };
  const isShownAs = (call: WrittenCall, reason: string) =>
    until('its end is shown', async () => (await shown(call))?.endReason === reason);

  it('since a person has it, goes on as long as the carrier lets them talk', async () => {
    const call = await putThrough(wanted, dialed);
    await until('the transfer is shown', async () => (await shown(call))?.transfers.length === 1);
    await lookIn(70);
    await lookIn(4 * 3_600);
    expect((await shown(call))?.endReason).toBeNull();
    await lookIn(4 * 3_600 + 700 + 3_600);
    await isShownAs(call, 'TRANSFERRED');
  });

  it('since the person and the carrier are done, is ended 10 s after that', async () => {
    const call = await putThrough(wanted, dialed, completed);
    await until('the report is shown', async () => (await shown(call))?.status === 'COMPLETED');
    await lookIn(15);
    await isShownAs(call, 'TRANSFERRED');
  });

  it('since the agent has not come back to it, is ended a minute after the transfer', async () => {
    const call = await putThrough(wanted, dialed, busy);
    await until('it is over', async () => (await shown(call))?.transfers[0]?.outcome === 'BUSY');
    await lookIn(50);
    expect((await shown(call))?.endReason).toBeNull();
    await lookIn(70);
    await isShownAs(call, 'WORKER_LOST');
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
