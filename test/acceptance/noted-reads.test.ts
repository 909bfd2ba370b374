import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { newId } from '../../src/domain/ids.js';
import { tenantStream } from '../../src/domain/stream.js';
import { AccessTokens } from '../../src/identity/tokens.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { uploadText } from '../support/documents/upload.js';
import { Follower, followTranscript } from '../support/follower.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  testSecrets,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { SpokenCall } from '../support/spoken-call.js';

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

const NodeNamed = graphql(`
  query NodeNamed($id: ID!) {
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

const OneCall = graphql(`
  query OneCall($id: ID, $callSid: CallSid) {
    call(id: $id, callSid: $callSid) {
      id
      callSid
    }
  }
`);

const OneAgent = graphql(`
  query OneAgent($id: ID!) {
    agent(id: $id) {
      id
    }
  }
`);

const VersionsOfOne = graphql(`
  query VersionsOfOne($id: ID!) {
    agentVersions(agentId: $id) {
      nodes {
        version
      }
    }
  }
`);

const DiffOfOne = graphql(`
  query DiffOfOne($id: ID!) {
    agentVersionDiff(agentId: $id, from: 1, to: 1) {
      field
    }
  }
`);

const OneDocument = graphql(`
  query OneDocument($id: ID!) {
    knowledgeDocument(id: $id) {
      id
    }
  }
`);

const OneTenant = graphql(`
  query OneTenant($id: ID!) {
    tenant(id: $id) {
      phoneNumbers {
        id
      }
    }
  }
`);

const Lists = graphql(`
  query Lists {
    calls {
      totalCount
      nodes {
        id
      }
    }
    agents {
      nodes {
        id
      }
    }
    knowledgeDocuments {
      nodes {
        id
      }
    }
  }
`);

const QualityOfOne = graphql(`
  subscription QualityOfOne($callId: ID!) {
    callQuality(callId: $callId) {
      final
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

  /** In the tenant, and without a role there. */
  const operatorIn = (tenantId: string): ApiClient => {
    const { accessToken } = new AccessTokens(testSecrets.jwtKeys, 60).issue({
      userId: newId('user'),
      tenantId,
      tenantRole: null,
      platformRole: 'OPERATOR',
    });
    return platform.admin.as(accessToken);
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
    for (const read of [
      () => platform.admin.request(NodeNamed, { id: tenantId }),
      () => platform.admin.request(OneTenant, { id: tenantId }),
    ]) {
      expect(await readsOf(read)).toEqual([[tenantId, 'tenants:readAll', tenantId]]);
    }
    expect(await readsOf(() => operatorIn(tenantId).request(MyTenant, {}))).toEqual([
      [tenantId, 'tenants:readAll', tenantId],
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

  it('of one thing says which, however it was asked for', async () => {
    const { tenantId, agentId, client } = ours;
    const call = new SpokenCall(platform.storage.ledger, tenantId, { number: NUMBER, words: 'rutabaga' });
    const documentId = await uploadText(platform, tenantId, { title: 'Hours', content: 'Nine to five.' });
    await call.toItsEnd();
    const callSid = await until('all is there', async () => {
      const { call: found } = await client.request(OneCall, { id: call.callId });
      const { knowledgeDocument } = await client.request(OneDocument, { id: documentId });
      return knowledgeDocument ? found?.callSid : undefined;
    });
    const { tenant } = await client.request(OneTenant, { id: tenantId });
    const numberId = tenant?.phoneNumbers[0]?.id ?? '';
    const { callId } = call;
    const operator = operatorIn(tenantId);
    const reads: readonly [string, string, () => Promise<unknown>][] = [
      ['calls:read', callId, () => operator.request(OneCall, { id: callId })],
      ['calls:read', callId, () => operator.request(OneCall, { callSid })],
      ['calls:read', callId, () => operator.request(NodeNamed, { id: callId })],
      ['calls:read', callId, () => followTranscript(operator, callId).ended],
      ['calls:read', callId, () => new Follower(operator.subscribe(QualityOfOne, { callId })).ended],
      ['agents:read', agentId, () => operator.request(OneAgent, { id: agentId })],
      ['agents:read', agentId, () => operator.request(NodeNamed, { id: agentId })],
      ['agents:read', agentId, () => operator.request(VersionsOfOne, { id: agentId })],
      ['agents:read', agentId, () => operator.request(DiffOfOne, { id: agentId })],
      ['agents:read', numberId, () => operator.request(NodeNamed, { id: numberId })],
      ['knowledge:read', documentId, () => operator.request(OneDocument, { id: documentId })],
      ['knowledge:read', documentId, () => operator.request(NodeNamed, { id: documentId })],
    ];
    for (const [permission, subject, read] of reads) {
      expect(await readsOf(read)).toEqual([[tenantId, permission, subject]]);
    }
    const listed = await readsOf(() => operator.request(Lists, {}));
    expect(listed.toSorted()).toEqual(
      ['agents:read', 'calls:read', 'knowledge:read'].map((permission) => [tenantId, permission, null]),
    );
  });

  it('of what is not there is recorded without a word of it', async () => {
    const { tenantId } = ours;
    const operator = operatorIn(tenantId);
    const strange = newId('call');
    const reads = await readsOf(async () => {
      expect(await operator.request(OneCall, { id: NUMBER })).toEqual({ call: null });
      expect(await operator.request(OneAgent, { id: theirs.agentId })).toEqual({ agent: null });
      await expect(followTranscript(operator, strange).ended).rejects.toThrow(strange);
    });
    expect(reads).toEqual([
      [tenantId, 'calls:read', null],
      [tenantId, 'agents:read', null],
      [tenantId, 'calls:read', null],
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
