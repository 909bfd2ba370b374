import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  type AuditFilter,
  auditCursor,
  listAuditEntries,
  listCorrelated,
} from '../../projections/audit/queries.js';
import { projections } from '../../projections/index.js';
import { prepareProjections } from '../../projections/runtime/prepare.js';
import type { ReadModelsReader } from '../../projections/views.js';
import { silentLogger } from '../../src/domain/logger.js';
import { openStorage, type Storage } from '../../src/main/storage.js';
import { testSecrets } from '../support/platform.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { planOf } from '../support/query-plans.js';

const tenantId = 'tnt_00000000000000000000000007';

/** As many as make a look at each row the dearer way: of 500 tenants, an event a minute. */
const ROWS = 20_000;
const fill = `insert into read.audit_entries_v2_g1
  select 'tnt_' || lpad((n % 500)::text, 26, '0'), 'call-' || n % 500 || '_' || n / 100, n % 100, n, gen_random_uuid(),
    case when n % 2000 = 7 then 'SubjectErased' when n % 2 = 0 then 'CallReceived' else 'CallEnded' end,
    'user', 'usr_' || n % 500, 'correlation ' || n / 10, 'command ' || n, at, at
  from generate_series(1, ${ROWS}) n, lateral (select timestamptz '2026-01-01' + n * interval '1 min' as at) times`;

describe('what the audit trail is asked', () => {
  let database: TestDatabase;
  let storage: Storage;
  beforeAll(async () => {
    database = await createTestDatabase();
    storage = await openStorage({
      databaseUrl: database.url,
      dataDir: '',
      secrets: testSecrets,
      logger: silentLogger,
    });
    const { ledger } = storage;
    const connection = storage.connection('projector');
    await prepareProjections({ ledger, connection, projections, logger: silentLogger });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(fill);
    await client.query('analyze read.audit_entries_v2_g1');
    await client.end();
  });
  afterAll(async () => {
    await storage.close();
    await database.drop();
  });

  const rare = { types: ['SubjectErased'] };
  const hour = { storedAt: { gte: '2026-01-02T10:00:00Z', lt: '2026-01-02T11:00:00Z' } };

  const before = { storedAt: { lt: hour.storedAt.gte } };

  it.each<[string, AuditFilter]>([
    ['all tenants', {}],
    ['one', { tenantId }],
  ])('is all that was before a time, the newest first: of %s', async (_, filter) => {
    const page = await listAuditEntries(
      storage.readModels.forOperator(),
      { first: 2, after: null },
      { ...filter, ...before },
    );
    const [newest, next] = filter.tenantId === undefined ? ['2039', '2038'] : ['2007', '1507'];
    expect(page.rows.map(({ position }) => position)).toEqual([newest, next]);
  });

  const pagePlan = (reader: ReadModelsReader, filter: AuditFilter, position?: string) =>
    planOf(reader, (explained) => {
      const after = position === undefined ? null : auditCursor({ position });
      return listAuditEntries(explained, { first: 50, after }, filter);
    });

  it.each<[string, AuditFilter, string | undefined, RegExp]>([
    ['the newest', {}, undefined, /Index Scan using \w+ on/],
    ['a page behind them', {}, '900', /Index Cond: \("?position"? < '?900/],
    ['a tenant', { tenantId }, undefined, /Index Cond: \(tenant_id = /],
    ['an actor', { actorId: 'usr_7' }, undefined, /Index Cond: \(actor_id = /],
    ['a stream', { stream: 'call-7_1' }, undefined, /Index Cond: \(stream = /],
    ['a rare type', rare, undefined, /Index Cond: \(type = /],
    [
      "a tenant's rare type",
      { ...rare, tenantId },
      undefined,
      /Index Cond: \(\(type = .* AND \(tenant_id = /,
    ],
    ['an hour long ago', hour, undefined, /Index Cond: \(\(stored_at >= .* AND \(stored_at < /],
    ['all before it', before, undefined, /Index Cond: \("?position"? <= /],
  ])('is looked up by an index for all tenants: %s', async (_, filter, position, condition) => {
    const plan = await pagePlan(storage.readModels.forOperator(), filter, position);
    expect(plan).toMatch(condition);
    expect(plan).not.toMatch(/Seq Scan/);
  });

  it.each<[string, AuditFilter, string | undefined, RegExp]>([
    ['the newest', {}, undefined, /Index Cond: \(tenant_id = /],
    ['a page behind them', {}, '900', /Index Cond: \(\(tenant_id = .* AND \("?position"? < '?900/],
    ['a rare type', rare, undefined, /Index Cond: \(\(type = .* AND \(tenant_id = /],
    ['an hour long ago', hour, undefined, /Index Cond: \(\(stored_at >= .* AND \(stored_at < /],
  ])('is looked up by an index for one, under its policy: %s', async (_, filter, position, condition) => {
    const plan = await pagePlan(storage.readModels.forTenant(tenantId), filter, position);
    expect(plan).toMatch(condition);
    expect(plan).not.toMatch(/Seq Scan/);
  });

  it('is looked up by an index where it belongs together', async () => {
    const plan = await planOf(storage.readModels.forOperator(), (reader) =>
      listCorrelated(reader, 'correlation 7', 1_000),
    );
    expect(plan).toMatch(/Index Cond: \(correlation_id = /);
  });
});
