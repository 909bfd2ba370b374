import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CallBySid, CallTranscript } from '../../src/client/operations.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { EventStoreDbEmulator } from '../emulators/eventstoredb/emulator.js';
import {
  type ActiveCall,
  followActiveCalls,
  followTranscript,
  lineOf,
  TWO_TURNS,
} from '../support/follower.js';
import { openLedger } from '../support/ledger.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { WrittenCall } from '../support/written-call.js';

const changesOf = (items: readonly ActiveCall[], { callId }: WrittenCall) =>
  items.filter(({ call: { id } }) => id === callId).map(({ change, call: { status } }) => [change, status]);

const hasEnded =
  ({ callId }: WrittenCall) =>
  ({ change, call: { id } }: ActiveCall) =>
    id === callId && change === 'ENDED';

/** Once the read models have it. */
const shown = (tenant: TestTenant, { callSid }: WrittenCall, status: string) =>
  until(`the call is ${status}`, async () => {
    const { call } = await tenant.client.request(CallBySid, { callSid });
    return call?.status === status;
  });

describe('a subscription gives', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  beforeAll(async () => {
    platform = await startTestPlatform({ cuttable: true });
    tenant = await createTestTenant(platform);
  });
  afterAll(() => platform.close());

  const newCall = ({ tenantId } = tenant) => new WrittenCall(platform.storage.ledger, tenantId, 2);

  describe("a call's transcript", () => {
    it('to those who come late: all of it, each line with its cursor, and its end', async () => {
      const call = newCall();
      await call.toItsEnd();
      const { items, ended } = followTranscript(tenant.client, call.callId);
      await ended;
      expect(items.map(lineOf)).toEqual(TWO_TURNS);
      expect(new Set(items.map(({ cursor }) => cursor)).size).toBe(TWO_TURNS.length);
      expect(items.at(-1)).toEqual({
        callId: call.callId,
        cursor: expect.any(String),
        final: true,
        kind: 'ENDED',
        speaker: null,
        turn: null,
        text: null,
        startedMs: null,
        endedMs: 9_000,
        interrupted: false,
        cutBy: null,
        endReason: 'CALLER_HUNG_UP',
      });
    });

    it('to many who come at any time, also at the very time of an event: the same to each', async () => {
      const call = newCall();
      await call.until('CallReceived');
      const followers = [];
      const types = ['CallAnswered', 'GreetingSpoken', 'CallerTurnCommitted', 'AgentTurnSpoken'] as const;
      for (const type of types) {
        followers.push(followTranscript(tenant.client, call.callId));
        await call.until(type);
      }
      await call.toItsEnd();
      await Promise.all(followers.map(({ ended }) => ended));
      for (const { items } of followers) expect(items.map(lineOf)).toEqual(TWO_TURNS);
    });

    it("nothing of a call for a longer call's cursor, and says so: what comes would be taken for seen", async () => {
      const longer = newCall();
      await longer.toItsEnd();
      const { items, ended } = followTranscript(tenant.client, longer.callId);
      await ended;
      const live = newCall();
      await live.until('GreetingSpoken');
      const after = items.at(-1)?.cursor ?? null;
      const lines = tenant.client.subscribe(CallTranscript, { callId: live.callId, after });
      await expect(lines[Symbol.asyncIterator]().next()).rejects.toMatchObject({
        errors: [
          {
            message: expect.stringMatching(/lies beyond the last event of call_\w+ \(revision \d+\)/),
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      });
    });

    it('however long the call was', async () => {
      const call = newCall();
      await call.until('GreetingSpoken');
      const said: CallEvent = { type: 'BackchannelHeard', data: { turn: 0, text: 'mhm', atMs: 950 } };
      for (let at = 0; at < 3; at++) await call.append(Array.from({ length: 400 }, () => said));
      await call.toItsEnd();
      const { items, ended } = followTranscript(tenant.client, call.callId);
      await ended;
      expect(items).toHaveLength(1_200 + TWO_TURNS.length);
      expect(items.at(-1)?.kind).toBe('ENDED');
    });

    it('through an outage of the database, in which another process went on', async () => {
      const elsewhere = openLedger(platform.databaseUrl);
      const call = new WrittenCall(elsewhere.ledger, tenant.tenantId, 2);
      await call.until('GreetingSpoken');
      const transcript = followTranscript(tenant.client, call.callId);
      const active = followActiveCalls(tenant.client);
      await transcript.has('the greeting', ({ kind }) => kind === 'SPEECH');
      await active.has('the call', ({ call: { id } }) => id === call.callId);
      await platform.databaseLine.cut();
      await call.toItsEnd();
      await elsewhere.close();
      await platform.databaseLine.restore();
      await transcript.ended;
      expect(transcript.items.map(lineOf)).toEqual(TWO_TURNS);
      await active.has('its end', hasEnded(call));
    });
  });

  describe('the active calls', () => {
    it('as they are, then each change as it comes', async () => {
      const [before, during] = [newCall(), newCall()];
      await before.until('CallAnswered');
      await shown(tenant, before, 'IN_PROGRESS');
      const active = followActiveCalls(tenant.client);
      await active.has('the call that there is', ({ call: { id } }) => id === before.callId);
      await during.until('CallReceived');
      await active.has('the call that came', ({ call: { id } }) => id === during.callId);
      await during.toItsEnd();
      await before.toItsEnd();
      await active.has('the end of the one', hasEnded(before));
      await active.has('the end of the other', hasEnded(during));
      expect(changesOf(active.items, before)).toEqual([
        ['SNAPSHOT', 'IN_PROGRESS'],
        ['ENDED', 'COMPLETED'],
      ]);
      expect(changesOf(active.items, during)[0]).toEqual(['STARTED', 'RINGING']);
    });

    it('each change, though the read models are seconds behind', async () => {
      const call = newCall();
      const active = followActiveCalls(tenant.client);
      await call.until('CallAnswered');
      await active.has('the call', ({ call: { id } }) => id === call.callId);
      const blocking = new pg.Client({ connectionString: platform.databaseUrl });
      await blocking.connect();
      await blocking.query('begin; lock table read.calls_v3_g1 in exclusive mode');
      await call.toItsEnd();
      const minPosition = await platform.storage.ledger.store.head();
      // Whoever reads is sent away after 2 s.
      await expect(
        tenant.client.request(CallBySid, { callSid: call.callSid, minPosition: minPosition ?? null }),
      ).rejects.toMatchObject({ errors: [{ extensions: { code: 'RETRY_LATER' } }] });
      await blocking.query('commit');
      await blocking.end();
      await active.has('its end', hasEnded(call));
    });

    it('to those who come at the very time of an event, too', async () => {
      for (let at = 0; at < 20; at++) {
        const call = newCall();
        await call.until('CallReceived');
        const active = followActiveCalls(tenant.client);
        await active.has(`call ${at}`, ({ call: { id } }) => id === call.callId);
        await call.toItsEnd();
        await active.has(`the end of call ${at}`, hasEnded(call));
      }
    });

    it('of its tenant only', async () => {
      const other = await createTestTenant(platform);
      const [own, others] = [newCall(other), newCall()];
      const active = followActiveCalls(other.client);
      await others.toItsEnd();
      await own.toItsEnd();
      await active.has('the end of its own', hasEnded(own));
      expect(new Set(active.items.map(({ call: { id } }) => id))).toEqual(new Set([own.callId]));
    });
  });
});

describe('a subscription to a ledger that has lost its newest events', () => {
  let server: EventStoreDbEmulator;
  let platform: TestPlatform;
  beforeAll(async () => {
    server = await EventStoreDbEmulator.start();
    platform = await startTestPlatform({ eventStore: server });
  });
  afterAll(() => platform.close());

  /** As a failover to a node does that didn't have them yet: a new leader writes of itself first. */
  const loseFrom = async (type: string) => {
    server.stop();
    const { records } = server.log;
    server.log.truncate(records.length - records.findLastIndex((record) => record.type === type));
    server.log.appendSystemEvent();
    await server.resume();
  };

  it('ends and says so: who subscribes again gets what there is', async () => {
    const { client, tenantId } = await createTestTenant(platform);
    const call = new WrittenCall(platform.storage.ledger, tenantId, 2);
    await call.until('GreetingSpoken');
    const transcript = followTranscript(client, call.callId);
    const active = followActiveCalls(client);
    await active.has('the call', ({ call: { id } }) => id === call.callId);
    await transcript.has('the greeting', ({ speaker }) => speaker === 'AGENT');
    await call.until('CallerTurnCommitted');
    await transcript.has('the question', ({ speaker }) => speaker === 'CALLER');
    await loseFrom('CallerTurnCommitted');
    const lost = {
      message: expect.stringContaining('read again'),
      errors: [{ extensions: { code: 'EVENTS_LOST' } }],
    };
    await expect(transcript.ended).rejects.toMatchObject(lost);
    await expect(active.ended).rejects.toMatchObject(lost);
    const again = followTranscript(client, call.callId);
    await again.has('the greeting', ({ speaker }) => speaker === 'AGENT');
    expect(again.items.map(lineOf)).toEqual(TWO_TURNS.slice(0, 1));
  });
});
