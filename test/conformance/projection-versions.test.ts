import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { earlierVersions } from '../../projections/runtime/earlier-versions.js';
import { prepareProjections } from '../../projections/runtime/prepare.js';
import { foldInto, type Projection } from '../../projections/runtime/projection.js';
import { ReadDatabase } from '../../projections/runtime/read-database.js';
import { dropVersion } from '../../projections/runtime/rebuild.js';
import { ProjectionRunner } from '../../projections/runtime/runner.js';
import { defineTable, nullable, text } from '../../projections/runtime/table.js';
import { loginConfig } from '../../src/database/roles.js';
import { newId } from '../../src/domain/ids.js';
import { silentLogger } from '../../src/domain/logger.js';
import { agentStream, erasureStream } from '../../src/domain/stream.js';
import { startTestLedger, type TestLedger, testContext } from '../support/ledger.js';
import { until } from '../support/postgres/until.js';
import { testMasterKey } from '../support/secrets.js';

const first = defineTable(
  'badges',
  { tenantId: text, agentId: text, name: nullable(text) },
  { key: ['agentId'], personal: { columns: ['name'], subjects: {} } },
);
const second = defineTable(
  'badges',
  { tenantId: text, agentId: text, label: nullable(text), madeBy: text },
  { key: ['agentId'], personal: { columns: ['label'], subjects: {} } },
);

const versionOne: Projection = {
  name: 'badges',
  version: 1,
  folds: [
    foldInto(first, {
      key: (event) => [event.data.agentId],
      first: ['AgentCreated'],
      handles: {
        AgentCreated: (_, { data: { agentId, name }, metadata: { tenantId } }) => ({
          tenantId,
          agentId,
          name,
        }),
      },
    }),
  ],
};

const versionTwo: Projection = {
  name: 'badges',
  version: 2,
  earlier: { 1: [first] },
  folds: [
    foldInto(second, {
      key: (event) => [event.data.agentId],
      first: ['AgentCreated'],
      handles: {
        AgentCreated: (_, { data, metadata: { tenantId } }) => ({
          tenantId,
          agentId: data.agentId,
          label: data.name && `Agent ${data.name}`,
          madeBy: data.createdBy,
        }),
      },
    }),
  ],
};

describe('a read model whose shape changes', () => {
  const tenantId = newId('tenant');
  let testLedger: TestLedger;
  let operator: pg.Client;
  const runners: ProjectionRunner[] = [];
  beforeEach(async () => {
    testLedger = await startTestLedger();
    operator = new pg.Client(connection('operator'));
    await operator.connect();
    await createAgent('Ada');
    await start(versionOne);
    await reached(versionOne);
  });
  afterEach(async () => {
    for (const runner of runners.splice(0)) await runner.stop();
    await operator.end();
    await testLedger.close();
  });

  const connection = (login: 'projector' | 'operator' | 'api') =>
    loginConfig(testLedger.url, testMasterKey, login);

  const createAgent = async (name: string): Promise<void> => {
    const agentId = newId('agent');
    const event = {
      type: 'AgentCreated',
      data: { agentId, name, description: undefined, createdBy: 'usr_1' },
    } as const;
    await testLedger.ledger.append(agentStream(tenantId, agentId), [event], 'none', testContext(agentId));
  };

  const prepare = (projection: Projection): Promise<void> =>
    prepareProjections({
      ledger: testLedger.ledger,
      connection: connection('projector'),
      projections: [projection],
      logger: silentLogger,
    });

  /** As a process of that version starts: it prepares, then it feeds. */
  const start = async (projection: Projection): Promise<ProjectionRunner> => {
    await prepare(projection);
    const { ledger } = testLedger;
    const options = {
      ledger,
      connection: connection('projector'),
      projections: [projection],
      logger: silentLogger,
    };
    const runner = new ProjectionRunner(options);
    runners.push(runner);
    runner.start();
    return runner;
  };

  const stop = async (): Promise<void> => {
    for (const runner of runners.splice(0)) await runner.stop();
  };

  const reached = async (projection: Projection): Promise<void> => {
    const { store } = testLedger.ledger;
    const connections = { api: connection('api'), operator: connection('operator') };
    const database = new ReadDatabase<never>(connections, [projection]);
    const compare = (a: string, b: string) => store.comparePositions(a, b);
    await until('the projection has everything', async () => {
      return (await database.reached(['badges'], compare)) === (await store.head());
    });
    await database.close();
  };

  const column = async (view: string, name: string): Promise<readonly unknown[]> => {
    const { rows } = await operator.query(`select ${name} as value from read.${view} order by agent_id`);
    return rows.map(({ value }) => value);
  };

  const relations = async (): Promise<readonly string[]> => {
    const { rows } = await operator.query<{ name: string }>(
      "select relname as name from pg_class where relkind in ('r', 'v') and relname like 'badges%' order by 1",
    );
    return rows.map(({ name }) => name);
  };

  it('is built from the ledger before its process goes on, beside the one that others still read', async () => {
    await stop();
    await createAgent('Bea');
    await prepare(versionTwo);
    expect(await column('badges_v2', 'label')).toEqual(['Agent Ada', 'Agent Bea']);
    expect(await column('badges_v2', 'made_by')).toEqual(['usr_1', 'usr_1']);
    expect(await column('badges_v1', 'name')).toEqual(['Ada']);
    // A process of the version from before starts once more, and finds its own.
    await start(versionOne);
    await reached(versionOne);
    expect(await column('badges_v1', 'name')).toEqual(['Ada', 'Bea']);
  });

  it('is built once, by whoever starts first', async () => {
    await stop();
    await Promise.all([prepare(versionTwo), prepare(versionTwo), prepare(versionTwo)]);
    expect(await column('badges_v2', 'label')).toEqual(['Agent Ada']);
    expect(await relations()).toEqual(['badges_v1', 'badges_v1_g1', 'badges_v2', 'badges_v2_g1']);
  });

  it('goes on from where it was built, and has reached what it has, wherever the old one stands', async () => {
    await stop();
    await start(versionTwo);
    await createAgent('Bea');
    await reached(versionTwo);
    expect(await column('badges_v2', 'label')).toEqual(['Agent Ada', 'Agent Bea']);
    expect(await column('badges_v1', 'name')).toEqual(['Ada']);
  });

  it('is forgotten by, in both shapes, whoever is erased', async () => {
    await stop();
    await start(versionTwo);
    const erased = {
      type: 'SubjectErased',
      data: { kind: 'tenant', subjectId: tenantId, generation: 1 },
    } as const;
    await testLedger.ledger.append(
      erasureStream(tenantId, tenantId),
      [erased],
      'none',
      testContext('erasure'),
    );
    await reached(versionTwo);
    expect(await column('badges_v2', 'label')).toEqual([null]);
    expect(await column('badges_v1', 'name')).toEqual([null]);
  });

  it('is dropped in its old shape when an operator says so, and in no other', async () => {
    await stop();
    await prepare(versionTwo);
    const left = () => earlierVersions([versionTwo], connection('operator'));
    expect(await left()).toEqual([{ name: 'badges', version: 1 }]);
    const { ledger } = testLedger;
    const options = { ledger, connection: connection('projector'), signal: new AbortController().signal };
    await expect(dropVersion(versionTwo, 2, options)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await dropVersion(versionTwo, 1, options);
    expect(await relations()).toEqual(['badges_v2', 'badges_v2_g1']);
    expect(await left()).toEqual([]);
    expect(await column('badges_v2', 'label')).toEqual(['Agent Ada']);
    await expect(dropVersion(versionTwo, 1, options)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'Projection badges has nothing left of version 1.',
    });
  });
});
