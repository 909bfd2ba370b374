import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { projections } from '../../projections/index.js';
import { insertCheckpoint } from '../../projections/runtime/checkpoints.js';
import { applyTo, committed, type Events, Generation } from '../../projections/runtime/generation.js';
import { GenerationTables } from '../../projections/runtime/generation-tables.js';
import { retryParked } from '../../projections/runtime/retry-parked.js';
import { ProjectionRunner } from '../../projections/runtime/runner.js';
import { generationName } from '../../projections/runtime/table.js';
import { AppError, ErrorCode } from '../../src/domain/errors.js';
import type { LedgerEvent } from '../../src/domain/events.js';
import { silentLogger } from '../../src/domain/logger.js';
import {
  accessStream,
  agentStream,
  callStream,
  numberStream,
  parseStreamName,
  reservationStream,
  tenantStream,
  userStream,
} from '../../src/domain/stream.js';
import { UnreadableEvent } from '../../src/ledger/codec/codec.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { openStorage, type Storage } from '../../src/main/storage.js';
import { testCall } from '../support/call-events.js';
import { testContext } from '../support/ledger.js';
import { testSecrets } from '../support/platform.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { until } from '../support/postgres/until.js';
import { differenceOf, foldOf, type ReadTables, rowsOf } from '../support/read-tables.js';
import { runs } from '../support/runs.js';

jest.setTimeout(60_000);

const provider = { provider: 'sandbox', model: null };
const version = {
  language: 'en',
  greeting: 'Hello',
  systemPrompt: '',
  speechToText: provider,
  languageModel: { ...provider, temperature: null, maxTokens: null },
  textToSpeech: { ...provider, voice: null },
  silenceTimeoutMs: 20_000,
  maxDurationMs: 1_800_000,
};

/** The streams of a tenant: one of every kind that read models are made of. */
const streamsOf = (n: number): readonly (readonly [stream: string, events: readonly LedgerEvent[]])[] => {
  const tail = String(n).padStart(26, '0');
  const [tenantId, userId, agentId, numberId] = [`tnt_${tail}`, `usr_${tail}`, `agt_${tail}`, `num_${tail}`];
  const reservation = reservationStream(tail);
  const calls = [0, 2, 3].map((turns) => testCall(turns));
  return [
    [
      tenantStream(tenantId),
      [
        { type: 'TenantCreated', data: { tenantId, name: 'Acme', description: 'x', createdBy: userId } },
        { type: 'MemberAdded', data: { userId, role: 'OWNER' } },
        { type: 'TenantSuspended', data: { reason: 'unpaid' } },
        { type: 'MemberAdded', data: { userId: `${userId}x`, role: 'VIEWER' } },
        { type: 'TenantActivated', data: {} },
        { type: 'MemberAdded', data: { userId, role: 'ADMIN' } },
      ],
    ],
    [
      userStream(userId),
      [
        {
          type: 'UserRegistered',
          data: {
            userId,
            email: `ada${n}@example.com`,
            firstName: 'Ada',
            lastName: 'Lovelace',
            passwordHash: 'x',
            platformRole: null,
            reservation,
          },
        },
      ],
    ],
    [
      agentStream(tenantId, agentId),
      [
        { type: 'AgentCreated', data: { agentId, name: 'Ada', description: 'x', createdBy: userId } },
        { type: 'AgentVersionDrafted', data: { version: 1, ...version } },
        { type: 'AgentVersionPublished', data: { version: 1 } },
        { type: 'AgentVersionDrafted', data: { version: 2, ...version, greeting: 'Hi' } },
        { type: 'AgentDisabled', data: {} },
        { type: 'AgentVersionPublished', data: { version: 2 } },
        { type: 'AgentEnabled', data: {} },
      ],
    ],
    [
      numberStream(tenantId, numberId),
      [
        {
          type: 'PhoneNumberAdded',
          data: { numberId, number: '+14155550100', addedBy: userId, reservation },
        },
        { type: 'PhoneNumberAssigned', data: { agentId } },
        { type: 'PhoneNumberAssigned', data: { agentId: `${agentId}x` } },
      ],
    ],
    [reservation, [{ type: 'Reserved', data: { ownerStream: userStream(userId), commandId: 'c' } }]],
    [
      accessStream(tenantId, tail),
      [{ type: 'RecordsRead', data: { permission: 'calls:read', subject: null } }],
    ],
    ...calls.map(({ callId, events }) => [callStream(tenantId, callId), events] as const),
  ];
};

/** As they were stored: when and where in its stream is the event's own, its position comes with the order. */
const records: readonly (readonly LedgerRecord[])[] = [1, 2].flatMap(streamsOf).map(([stream, events], at) =>
  events.map((event, revision) => {
    const second = String(revision).padStart(2, '0');
    const time = `2026-11-21T12:${String(at).padStart(2, '0')}:${second}.000Z`;
    const { tenantId } = parseStreamName(stream);
    return {
      ...event,
      id: `00000000-0000-5000-8000-${String(at * 100 + revision).padStart(12, '0')}`,
      stream,
      revision,
      position: '',
      schemaVersion: 1,
      createdAt: time,
      metadata: {
        $correlationId: `correlation-${at}`,
        $causationId: `command-${at}-${revision}`,
        tenantId,
        actor: { type: 'platform', id: 'test' },
        occurredAt: time,
      },
    } as LedgerRecord;
  }),
);

/** A position is the order's: rows are compared without. */
const withoutPositions = (tables: ReadTables): ReadTables =>
  new Map(
    [...tables].map(([name, rows]) => [name, rows.map((row) => row.replace(/\["position",[^\]]*\],/, ''))]),
  );

interface Order {
  /** Which stream's next event comes next. */
  readonly turns: readonly number[];
  readonly batches: readonly number[];
  /** An event that can't be read, if any. */
  readonly bad: { readonly stream: number; readonly revision: number } | null;
}

const turns = records.flatMap((stream, at) => stream.map(() => at));
const order: fc.Arbitrary<Order> = fc.record({
  turns: fc.shuffledSubarray(turns, { minLength: turns.length, maxLength: turns.length }),
  batches: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 }),
  bad: fc.option(fc.record({ stream: fc.nat({ max: records.length - 1 }), revision: fc.nat({ max: 12 }) })),
});

const isBad = ({ bad }: Order, stream: number, revision: number): boolean =>
  bad?.stream === stream && bad.revision === revision;

const eventsIn = (given: Order): Events => {
  const next = records.map(() => 0);
  return given.turns.map((stream, at) => {
    const revision = next[stream] ?? 0;
    next[stream] = revision + 1;
    const event = { ...records[stream]?.[revision], position: String(at + 1) } as LedgerRecord;
    if (!isBad(given, stream, revision)) return event;
    const stored = { ...event, data: '' };
    return new UnreadableEvent(stored, new AppError(ErrorCode.INTERNAL, "It can't be read."));
  });
};

function* batchesOf(events: Events, sizes: readonly number[]): Iterable<Events> {
  for (let from = 0, at = 0; from < events.length; at++) {
    const size = sizes[at % sizes.length] ?? 1;
    yield events.slice(from, from + size);
    from += size;
  }
}

describe('the read models', () => {
  let database: TestDatabase;
  let storage: Storage;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    storage = await openStorage({
      databaseUrl: database.url,
      dataDir: '',
      secrets: testSecrets,
      logger: silentLogger,
    });
    client = new pg.Client(storage.connection('projector'));
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await storage.close();
    await database.drop();
  });

  const compare = (a: string, b: string): number => Number(a) - Number(b);
  const generation = 1_000;

  /** The rows of generations of their own, that are forgotten afterwards. */
  const projected = async (given: Order): Promise<ReadTables> => {
    const tables = new Map<string, readonly string[]>();
    await client.query('begin');
    try {
      for (const projection of projections) {
        const checkpoint = {
          generation,
          state: 'building',
          position: undefined,
          eventId: undefined,
          unparked: 0,
        } as const;
        await insertCheckpoint(client, projection, checkpoint);
        await new GenerationTables(projection, generation).create(client);
        const building = await Generation.open(client, projection, checkpoint, compare);
        for (const batch of batchesOf(eventsIn(given), given.batches)) {
          committed(await applyTo(client, [building], batch));
        }
        for (const { table } of projection.folds) {
          tables.set(
            table.name,
            await rowsOf(client, generationName(table, projection.version, generation), table),
          );
        }
      }
    } finally {
      await client.query('rollback');
    }
    return tables;
  };

  it('are the same whatever the order of the streams and the size of the batches, and whichever stream is parked', async () => {
    await fc.assert(
      fc.asyncProperty(order, async (given) => {
        const events = records.flatMap((stream, at) => {
          const end = stream.findIndex((_, revision) => isBad(given, at, revision));
          return end === -1 ? stream : stream.slice(0, end);
        });
        const shown = withoutPositions(await projected(given));
        expect(differenceOf(shown, withoutPositions(foldOf(events)))).toEqual([]);
      }),
      { numRuns: runs(25) },
    );
  });

  it('park a stream that the database refuses, and show the others', async () => {
    const { ledger } = storage;
    const tenantId = 'tnt_00000000000000000000000009';
    const append = async (call: ReturnType<typeof testCall>) => {
      await ledger.keys.createCallKey(tenantId, call.contactId, call.callId);
      const stream = callStream(tenantId, call.callId);
      await ledger.append(stream, call.events, 'none', testContext(call.callId));
    };
    // PostgreSQL's text has no such character.
    const bad = testCall(1);
    const events = bad.events.map((event) =>
      event.type === 'CallerTurnCommitted' ? { ...event, data: { ...event.data, text: 'a\u0000b' } } : event,
    );
    const good = [testCall(1), testCall(2)];
    const connection = storage.connection('projector');
    const runner = new ProjectionRunner({ ledger, connection, projections, logger: silentLogger });
    for (const call of [good[0], { ...bad, events }, good[1]]) if (call) await append(call);
    runner.start();
    try {
      const head = await ledger.store.head();
      await until('the read models have everything', async () => {
        const { rows } = await client.query("select position from ops.projections where state = 'live'");
        return rows.every(({ position }) => position === head);
      });
      const stream = callStream(tenantId, bad.callId);
      const { rows: parked } = await client.query('select name, stream_name from ops.parked_streams');
      expect(parked).toEqual([{ name: 'calls', stream_name: stream }]);
      const { rows: calls } = await client.query('select call_id from read.calls_v3 order by call_id');
      expect(calls.map(({ call_id }) => call_id)).toEqual(good.map(({ callId }) => callId).sort());
      const callsProjection = projections.find(({ name }) => name === 'calls');
      if (!callsProjection) throw new Error('there is no projection of calls');
      await expect(retryParked(callsProjection, stream, { ledger, connection })).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining(`${stream} stays parked in calls`),
      });
    } finally {
      await runner.stop();
    }
  });
});
