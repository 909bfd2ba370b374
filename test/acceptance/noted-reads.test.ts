import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphql } from '../../src/client/gql/gql.js';
import { newId } from '../../src/domain/ids.js';
import { tenantStream } from '../../src/domain/stream.js';
import { AccessTokens } from '../../src/identity/tokens.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  testSecrets,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';

const TrailOf = graphql(`
  query TrailOf($filter: AuditFilterInput) {
    auditTrail(first: 100, filter: $filter) {
      nodes {
        tenantId
        correlationId
      }
    }
  }
`);

const CorrelationIn = graphql(`
  query CorrelationIn($id: ID!) {
    correlation(id: $id) {
      nodes {
        id
      }
    }
  }
`);

const StreamNamed = graphql(`
  query StreamNamed($name: String!) {
    stream(name: $name) {
      revision
    }
  }
`);

const AllTenants = graphql(`
  query AllTenants {
    tenants(first: 100) {
      nodes {
        id
        phoneNumbers {
          id
        }
      }
    }
  }
`);

const TenantNode = graphql(`
  query TenantNode($id: ID!) {
    node(id: $id) {
      id
    }
  }
`);

const MyTenant = graphql(`
  query MyTenant {
    me {
      tenant {
        phoneNumbers {
          id
        }
      }
    }
  }
`);

/** Somebody's number, typed where an id belongs. */
const NUMBER = '+4915112345678';

describe('a read by a platform role alone', () => {
  let platform: TestPlatform;
  let ours: TestTenant;
  let theirs: TestTenant;
  beforeAll(async () => {
    platform = await startTestPlatform();
    ours = await createTestTenant(platform);
    theirs = await createTestTenant(platform);
  });
  afterAll(() => platform.close());

  type Read = Extract<LedgerRecord, { type: 'RecordsRead' }>;

  const allReads = async (): Promise<readonly Read[]> => {
    const reads: Read[] = [];
    for await (const { events } of platform.storage.ledger.readAll()) {
      for (const event of events) if ('type' in event && event.type === 'RecordsRead') reads.push(event);
    }
    return reads;
  };

  /** Of whose records, and as what, a read is recorded: all that `work` leaves. */
  const readsOf = async (work: () => Promise<unknown>): Promise<readonly (string | null)[][]> => {
    const before = (await allReads()).length;
    await work();
    return (await allReads())
      .slice(before)
      .map(({ metadata, data }) => [metadata.tenantId, data.permission, data.subject]);
  };

  const bothWith = (permission: string, subject: string | null) =>
    [ours, theirs].map(({ tenantId }) => [tenantId, permission, subject]);

  it('over all tenants is recorded with each whose records are shown', async () => {
    const trail = await readsOf(() => platform.admin.request(TrailOf, {}));
    expect(trail).toEqual(expect.arrayContaining(bothWith('audit:read', 'auditTrail')));
    const tenants = await readsOf(() => platform.admin.request(AllTenants, {}));
    expect(tenants).toEqual(expect.arrayContaining(bothWith('tenants:readAll', null)));
    expect(tenants).toHaveLength(2);
    expect(await readsOf(() => ours.client.request(AllTenants, {}))).toEqual([
      [theirs.tenantId, 'tenants:readAll', null],
    ]);
  });

  it('of one tenant is recorded there alone', async () => {
    const { tenantId } = ours;
    expect(await readsOf(() => platform.admin.request(TrailOf, { filter: { tenantId } }))).toEqual([
      [tenantId, 'audit:read', 'auditTrail'],
    ]);
    expect(await readsOf(() => platform.admin.request(TenantNode, { id: tenantId }))).toEqual([
      [tenantId, 'tenants:readAll', null],
    ]);
    const { accessToken } = new AccessTokens(testSecrets.jwtKeys, 60).issue({
      userId: newId('user'),
      tenantId,
      tenantRole: null,
      platformRole: 'OPERATOR',
    });
    expect(await readsOf(() => platform.admin.as(accessToken).request(MyTenant, {}))).toEqual([
      [tenantId, 'tenants:readAll', null],
    ]);
    expect(await readsOf(() => ours.client.request(MyTenant, {}))).toEqual([]);
    const [created] = await platform.storage.ledger.readStream(tenantStream(tenantId));
    const id = created?.metadata.$correlationId ?? '';
    await until('it is in the trail', async () => {
      const { correlation } = await ours.client.request(CorrelationIn, { id });
      return correlation !== null;
    });
    expect(await readsOf(() => platform.admin.request(CorrelationIn, { id }))).toEqual([
      [tenantId, 'audit:read', `correlation ${id}`],
    ]);
    const name = tenantStream(tenantId);
    expect(await readsOf(() => platform.admin.request(StreamNamed, { name }))).toEqual([
      [tenantId, 'audit:read', `stream ${name}`],
    ]);
  });

  it('keeps nothing of what was typed and is no id of anything', async () => {
    const reads = await readsOf(async () => {
      expect(await platform.admin.request(CorrelationIn, { id: NUMBER })).toEqual({ correlation: null });
      const name = `call-4915112345678_4915112345678`;
      expect(await platform.admin.request(StreamNamed, { name })).toEqual({ stream: null });
    });
    expect(reads).toEqual([['sys', 'audit:read', 'correlation']]);
  });

  it.each(['nobody', NUMBER, 'tnt_00000000000000000000000009'])(
    'of a tenant that is not there (%s) is refused, and recorded nowhere',
    async (tenantId) => {
      const reads = await readsOf(() =>
        expect(platform.admin.request(TrailOf, { filter: { tenantId } })).rejects.toMatchObject({
          errors: [{ message: `There is no tenant "${tenantId}".`, extensions: { code: 'NOT_FOUND' } }],
        }),
      );
      expect(reads).toEqual([]);
    },
  );
});
