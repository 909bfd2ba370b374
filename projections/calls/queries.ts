import { sql } from 'kysely';
import type { CallStatus } from '../../src/domain/call/vocabulary.js';
import {
  checkFirst,
  decodeCursor,
  encodeCursor,
  type Page,
  type PageRequest,
  pageOf,
} from '../runtime/keyset.js';
import { propertiesOf, type RowOf } from '../runtime/table.js';
import type { ReadModelsReader } from '../views.js';
import { callsTable, transfersTable, turnsTable } from './tables.js';

export type CallRow = RowOf<typeof callsTable.columns>;
export type TurnRow = RowOf<typeof turnsTable.columns>;
export type TransferRow = RowOf<typeof transfersTable.columns>;

export interface CallFilter {
  readonly status?: { readonly in: readonly CallStatus[] } | undefined;
  readonly agentId?: string | undefined;
  readonly receivedAt?: { readonly gte?: string | undefined; readonly lt?: string | undefined } | undefined;
}

const SORT = 'calls:receivedAt:desc';

export const callCursor = (row: CallRow): string => encodeCursor(SORT, [row.receivedAt, row.callId]);

const filtered = (db: Parameters<Parameters<ReadModelsReader['read']>[0]>[0], filter: CallFilter) => {
  let query = db.selectFrom('calls_v3');
  if (filter.status) query = query.where('status', 'in', filter.status.in);
  if (filter.agentId !== undefined) query = query.where('agentId', '=', filter.agentId);
  if (filter.receivedAt?.gte !== undefined) query = query.where('receivedAt', '>=', filter.receivedAt.gte);
  if (filter.receivedAt?.lt !== undefined) query = query.where('receivedAt', '<', filter.receivedAt.lt);
  return query;
};

/** Newest first. */
export const listCalls = async (
  reader: ReadModelsReader,
  { first, after }: PageRequest,
  filter: CallFilter,
): Promise<Page<CallRow>> => {
  const limit = checkFirst(first) + 1;
  const [receivedAt, callId] = after === null ? [] : decodeCursor(SORT, ['time', 'id'], after);
  const rows = await reader.read((db) => {
    const query = filtered(db, filter)
      .select(propertiesOf(callsTable))
      .orderBy('receivedAt', 'desc')
      .orderBy('callId', 'desc')
      .limit(limit);
    if (receivedAt === undefined || callId === undefined) return query.execute();
    return query
      .where(({ eb, refTuple, tuple }) =>
        eb(refTuple('receivedAt', 'callId'), '<', tuple(receivedAt, callId)),
      )
      .execute();
  });
  return pageOf(rows, first);
};

export const countCalls = async (reader: ReadModelsReader, filter: CallFilter): Promise<number> => {
  const row = await reader.read((db) =>
    filtered(db, filter)
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow(),
  );
  return Number(row.count);
};

export const findCall = (reader: ReadModelsReader, callId: string): Promise<CallRow | undefined> =>
  reader.read((db) =>
    db
      .selectFrom('calls_v3')
      .select(propertiesOf(callsTable))
      .where('callId', '=', callId)
      .executeTakeFirst(),
  );

export const findCallBySid = (reader: ReadModelsReader, callSid: string): Promise<CallRow | undefined> =>
  reader.read((db) =>
    db
      .selectFrom('calls_v3')
      .select(propertiesOf(callsTable))
      .where('callSid', '=', callSid)
      .executeTakeFirst(),
  );

/** Those whose end isn't recorded, the oldest first: also one that the carrier says is over, until then. */
export const listActiveCalls = (reader: ReadModelsReader): Promise<readonly CallRow[]> =>
  reader.read((db) =>
    db
      .selectFrom('calls_v3')
      .select(propertiesOf(callsTable))
      .where('endedAt', 'is', null)
      .orderBy('receivedAt')
      .execute(),
  );

/** Of several calls, each call's in order. */
export const listTurns = (
  reader: ReadModelsReader,
  callIds: readonly string[],
): Promise<readonly TurnRow[]> =>
  reader.read((db) =>
    db
      .selectFrom('turns_v3')
      .select(propertiesOf(turnsTable))
      .where('callId', 'in', callIds)
      .orderBy('callId')
      .orderBy('turn')
      .execute(),
  );

/** Of several calls, each call's in order. */
export const listTransfers = (
  reader: ReadModelsReader,
  callIds: readonly string[],
): Promise<readonly TransferRow[]> =>
  reader.read((db) =>
    db
      .selectFrom('transfers_v3')
      .select(propertiesOf(transfersTable))
      .where('callId', 'in', callIds)
      .orderBy('callId')
      .orderBy('transfer')
      .execute(),
  );

/**
 * A tenant's calls that are under way: those that have their media and no end, and of `newCalls` those that aren't known to
 * have ended. By their ids.
 */
export const listOpenCalls = (
  operator: ReadModelsReader,
  tenantId: string,
  newCalls: readonly string[],
): Promise<readonly string[]> =>
  operator.read(async (db) => {
    const calls = db.selectFrom('calls_v3').where('tenantId', '=', tenantId);
    const open = await calls
      .select('callId')
      .where('endedAt', 'is', null)
      .where('carrierEndedAt', 'is', null)
      .where('mediaAttempts', '>', 0)
      .execute();
    if (newCalls.length === 0) return open.map(({ callId }) => callId);
    const ended = await calls
      .select('callId')
      .where('callId', 'in', newCalls)
      .where(({ eb, or }) => or([eb('endedAt', 'is not', null), eb('carrierEndedAt', 'is not', null)]))
      .execute();
    const over = new Set(ended.map(({ callId }) => callId));
    return [...new Set([...open.map(({ callId }) => callId), ...newCalls.filter((id) => !over.has(id))])];
  });

/** A call whose worker writes no heartbeat any more. */
export interface LostWorkersCall {
  readonly tenantId: string;
  readonly callId: string;
  /** Its media stream. */
  readonly attempt: number;
  /** ISO 8601: the worker's last heartbeat. */
  readonly workerSeenAt: string;
}

/** So long ago, the worker's calls are nobody's to redirect: the carrier has given them up. */
const LOST_FOR_MINUTES = 5;

/**
 * The open calls of all tenants whose worker wrote heartbeats, and no more for `staleSeconds`, by the database's clock. A
 * worker of which nothing is known isn't lost: its heartbeats may be. Where a person has the call, no worker does.
 */
export const listCallsOfLostWorkers = (
  operator: ReadModelsReader,
  staleSeconds: number,
): Promise<LostWorkersCall[]> =>
  operator.read((db) =>
    db
      .selectFrom('calls_v3')
      .innerJoin('ops.workers', 'ops.workers.worker', 'calls_v3.worker')
      .select([
        'calls_v3.tenantId',
        'calls_v3.callId',
        'calls_v3.mediaAttempts as attempt',
        'ops.workers.seenAt as workerSeenAt',
      ])
      .where('calls_v3.endedAt', 'is', null)
      .where('calls_v3.carrierEndedAt', 'is', null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('transfers_v3')
              .select('transfer')
              .whereRef('transfers_v3.callId', '=', 'calls_v3.callId')
              .where('dialedAt', 'is not', null)
              .where('transfers_v3.endedAt', 'is', null),
          ),
        ),
      )
      .where('ops.workers.seenAt', '<', sql<string>`now() - make_interval(secs => ${staleSeconds})`)
      .where('ops.workers.seenAt', '>', sql<string>`now() - make_interval(mins => ${LOST_FOR_MINUTES})`)
      .limit(1_000)
      .execute(),
  );

/** A call that nobody carries any more. */
export interface OrphanedCall {
  readonly tenantId: string;
  readonly callId: string;
  readonly receivedAt: string;
  readonly mediaAttempts: number;
}

/**
 * The open calls of all tenants whose end nobody will record: the carrier ended them, their media never came, or the
 * process that carried them is gone. A person who has a call, or didn't take it just now, has no process: only a transfer that
 * should be over by all means is old enough. Each moment is ISO 8601: what is older has had its time.
 */
export const listOrphanedCalls = (
  operator: ReadModelsReader,
  before: {
    readonly carrierEnded: string;
    readonly received: string;
    readonly workerSeen: string;
    readonly transferRequested: string;
  },
): Promise<readonly OrphanedCall[]> =>
  operator.read((db) =>
    db
      .selectFrom('calls_v3')
      .select(['tenantId', 'callId', 'receivedAt', 'mediaAttempts'])
      .where('endedAt', 'is', null)
      .where(({ eb, or, and, selectFrom, not, exists }) => {
        const transfers = selectFrom('transfers_v3')
          .select('transfer')
          .whereRef('transfers_v3.callId', '=', 'calls_v3.callId');
        const pending = transfers.where('transfers_v3.endedAt', 'is', null);
        return or([
          exists(pending.where('requestedAt', '<', before.transferRequested)),
          eb('carrierEndedAt', '<', before.carrierEnded),
          and([eb('mediaAttempts', '=', 0), eb('receivedAt', '<', before.received)]),
          and([
            eb('mediaAttempts', '>', 0),
            eb('receivedAt', '<', before.workerSeen),
            not(exists(pending.where('dialedAt', 'is not', null))),
            not(exists(transfers.where('transfers_v3.endedAt', '>', before.workerSeen))),
            not(
              eb(
                'worker',
                'in',
                selectFrom('ops.workers').select('worker').where('seenAt', '>', before.workerSeen),
              ),
            ),
          ]),
        ]);
      })
      .limit(1_000)
      .execute(),
  );
