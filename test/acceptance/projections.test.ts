import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { projections } from '../../projections/index.js';
import { rebuildLock, startBuilding } from '../../projections/runtime/generations.js';
import type { Projection } from '../../projections/runtime/projection.js';
import { graphql } from '../../src/client/gql/gql.js';
import { CallBySid } from '../../src/client/operations.js';
import { callStream } from '../../src/domain/stream.js';
import { AccessTokens } from '../../src/identity/tokens.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  testSecrets,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { WrittenCall } from '../support/written-call.js';

const Projections = graphql(`
  query Projections($name: String) {
    projections(name: $name) {
      name
      version
      generation
      state
      position
      lagEvents
      lagMs
      percent
      skippedEvents
      batchEvents
      batchMs
      parked {
        stream
        error
      }
    }
  }
`);

const RebuildProjection = graphql(`
  mutation RebuildProjection($name: String!) {
    rebuildProjection(name: $name) {
      projections {
        generation
        state
      }
      userErrors {
        code
        message
      }
    }
  }
`);

const RetryParked = graphql(`
  mutation RetryParked($name: String!, $stream: String!) {
    retryParked(name: $name, stream: $stream) {
      projections {
        parked {
          stream
        }
      }
      userErrors {
        code
        message
      }
    }
  }
`);

const ProjectionProgress = graphql(`
  subscription ProjectionProgress($name: String!) {
    projectionProgress(name: $name) {
      generation
      state
      percent
    }
  }
`);

describe('the read models, as operators see them', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  beforeAll(async () => {
    platform = await startTestPlatform();
    tenant = await createTestTenant(platform);
  });
  afterAll(() => platform.close());

  const status = async (name: string | null = null) =>
    (await platform.admin.request(Projections, { name })).projections;

  const shown = async ({ callSid }: WrittenCall) =>
    (await tenant.client.request(CallBySid, { callSid })).call;

  const newCall = () => new WrittenCall(platform.storage.ledger, tenant.tenantId, 2);

  it('tell how far they are', async () => {
    await until('all have everything', async () =>
      (await status()).every(({ lagEvents }) => lagEvents === 0),
    );
    expect(await status()).toEqual(
      projections.map(({ name, version }) => ({
        name,
        version,
        generation: 1,
        state: 'LIVE',
        position: expect.stringMatching(/^\d+$/),
        lagEvents: 0,
        lagMs: 0,
        percent: 100,
        skippedEvents: 0,
        batchEvents: expect.any(Number),
        batchMs: expect.any(Number),
        parked: [],
      })),
    );
  });

  it('are rebuilt while they are read, and tell how it goes on', async () => {
    const call = newCall();
    await call.toItsEnd();
    await until('the call is shown', async () => (await shown(call))?.endReason);
    const before = await shown(call);
    const { rebuildProjection } = await platform.admin.request(RebuildProjection, { name: 'calls' });
    expect(rebuildProjection.userErrors).toEqual([]);
    const seen = [];
    for await (const { projectionProgress } of platform.admin.subscribe(ProjectionProgress, {
      name: 'calls',
    })) {
      seen.push(projectionProgress);
      expect(await shown(call)).toEqual(before);
    }
    expect(seen.at(-1)?.state).toBe('LIVE');
    await until('the new one is live', async () => (await status('calls'))[0]?.generation === 2);
    expect(await shown(call)).toEqual(before);
  });

  describe('while another process has them', () => {
    let other: pg.Client;
    const calls = projections.find(({ name }) => name === 'calls') as Projection;
    beforeEach(async () => {
      other = new pg.Client(platform.storage.connection('projector'));
      await other.connect();
      await other.query('select pg_advisory_lock(hashtext($1))', [rebuildLock(calls)]);
    });
    afterEach(() => other.end());

    it('are not rebuilt twice: who asks is told', async () => {
      const { rebuildProjection } = await platform.admin.request(RebuildProjection, { name: 'calls' });
      expect(rebuildProjection).toEqual({
        projections: [],
        userErrors: [
          { code: 'CONFLICT', message: 'Projection calls is being rebuilt already; wait for it to end.' },
        ],
      });
    });

    it('are watched by any number over one connection, which stays', async () => {
      const watching = Array.from({ length: 3 }, () =>
        platform.admin.subscribe(ProjectionProgress, { name: 'calls' })[Symbol.asyncIterator](),
      );
      const seeNext = () => Promise.all(watching.map((progress) => progress.next()));
      const connections = async () => {
        const { rows } = await other.query<{ pid: number }>(
          `select pid from pg_stat_activity
           where datname = current_database() and application_name = 'ledgerline-status'`,
        );
        return rows;
      };
      await seeNext();
      const before = await connections();
      expect(before).toHaveLength(1);
      await seeNext();
      await seeNext();
      expect(await connections()).toEqual(before);
      await Promise.all(watching.map((progress) => progress.return?.()));
    });

    it('are watched from before their new tables are there, until that process dies', async () => {
      const progress = platform.admin
        .subscribe(ProjectionProgress, { name: 'calls' })
        [Symbol.asyncIterator]();
      const next = async () => (await progress.next()).value?.projectionProgress;
      const { generation = 0, state } = (await next()) ?? {};
      expect(state).toBe('LIVE');
      await startBuilding(other, calls);
      const building = await until('it is being built', async () => {
        const seen = await next();
        return seen?.state === 'BUILDING' && seen;
      });
      expect(building).toMatchObject({ generation: generation + 1, percent: 0 });
      await other.end();
      const atItsEnd = async () => {
        while (await next());
      };
      await expect(atItsEnd()).rejects.toMatchObject({
        message: `The rebuild of calls stopped before its end, and generation ${generation} stays live: the log of its process says why. Rebuild it again.`,
        errors: [{ extensions: { code: 'UNAVAILABLE' } }],
      });
      const { rebuildProjection } = await platform.admin.request(RebuildProjection, { name: 'calls' });
      expect(rebuildProjection.userErrors).toEqual([]);
      await until('the next one is live', async () => {
        const [only, ...others] = await status('calls');
        return others.length === 0 && (only?.generation ?? 0) > generation;
      });
    });
  });

  it('take a parked stream back when it can be applied, and go on with it', async () => {
    const call = newCall();
    const stream = callStream(tenant.tenantId, call.callId);
    await parkByHand('calls', stream);
    await until('it is parked', async () => (await status('calls'))[0]?.parked.length === 1);
    await call.until('GreetingSpoken');
    const other = newCall();
    await other.toItsEnd();
    await until('the others go on', async () => (await shown(other))?.endReason);
    expect(await shown(call)).toBeNull();
    const { retryParked } = await platform.admin.request(RetryParked, { name: 'calls', stream });
    expect(retryParked).toEqual({ projections: [{ parked: [] }], userErrors: [] });
    expect((await shown(call))?.status).toBe('IN_PROGRESS');
    await call.toItsEnd();
    await until('it goes on', async () => (await shown(call))?.endReason);
  });

  it('leave a stream parked that cannot be applied still, and say why', async () => {
    const call = newCall();
    await call.until('GreetingSpoken');
    const { store } = platform.storage.ledger;
    const stream = callStream(tenant.tenantId, call.callId);
    const last = (await store.readStream(stream)).at(-1);
    if (!last) throw new Error('nothing was appended');
    const bad = { ...last, id: '00000000-0000-5000-8000-000000000002', data: '{"nonsense":true}' };
    await store.append(stream, [bad], { expectedRevision: last.revision, tenantId: tenant.tenantId });
    const parked = await until('it is parked', async () => (await status('calls'))[0]?.parked[0]);
    expect(parked).toMatchObject({ stream, error: expect.stringContaining("can't be read") });
    const { retryParked } = await platform.admin.request(RetryParked, { name: 'calls', stream });
    expect(retryParked.userErrors).toEqual([
      {
        code: 'CONFLICT',
        message: expect.stringContaining(`${stream} stays parked in calls: GreetingSpoken`),
      },
    ]);
    expect((await status('calls'))[0]?.parked).toHaveLength(1);
  });

  it('are not for tenants', async () => {
    const { accessToken } = new AccessTokens(testSecrets.jwtKeys, 60).issue({
      userId: 'usr_00000000000000000000000001',
      tenantId: tenant.tenantId,
      tenantRole: 'OWNER',
      platformRole: null,
    });
    const owner = platform.admin.as(accessToken);
    const forbidden = { errors: [{ extensions: { code: 'FORBIDDEN' } }] };
    const name = 'calls';
    await expect(owner.request(Projections, {})).rejects.toMatchObject(forbidden);
    await expect(owner.request(RebuildProjection, { name })).rejects.toMatchObject(forbidden);
    await expect(owner.request(RetryParked, { name, stream: 'x' })).rejects.toMatchObject(forbidden);
    const progress = owner.subscribe(ProjectionProgress, { name })[Symbol.asyncIterator]();
    await expect(progress.next()).rejects.toMatchObject(forbidden);
    await owner.close();
  });

  it('refuse what is unknown', async () => {
    const unknown = await platform.admin.request(RebuildProjection, { name: 'nonsense' });
    expect(unknown.rebuildProjection.userErrors).toEqual([
      {
        code: 'NOT_FOUND',
        message: expect.stringMatching(/There is no projection "nonsense"; there are tenants,/),
      },
    ]);
    const stream = callStream(tenant.tenantId, 'call_00000000000000000000000998');
    const { retryParked } = await platform.admin.request(RetryParked, { name: 'calls', stream });
    expect(retryParked.userErrors).toEqual([
      { code: 'NOT_FOUND', message: `${stream} is not parked in calls.` },
    ]);
    await expect(status('nonsense')).rejects.toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    });
  });

  /** As if an event of it couldn't be applied when it came. */
  const parkByHand = async (name: string, stream: string): Promise<void> => {
    const client = new pg.Client(platform.storage.connection('projector'));
    await client.connect();
    await client.query(
      `insert into ops.parked_streams (name, version, generation, stream_name, position, error)
       select name, version, generation, $2, '1', 'by hand' from ops.projections where name = $1 and state = 'live'`,
      [name, stream],
    );
    await client.query('update ops.projections set unparked = unparked + 1 where name = $1', [name]);
    await client.end();
  };
});
