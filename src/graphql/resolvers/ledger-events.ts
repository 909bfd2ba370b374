import { decodeCursor, encodeCursor } from '../../../projections/runtime/keyset.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import type { LedgerEvent } from '../types/call.js';
import { type Connection, connectionOf, type PageArgs, pageRequest } from '../types/connections.js';

const EVENTS = 'events:revision';

/** A page of a stream's events, oldest first. */
export const ledgerEventPage = (
  events: readonly LedgerRecord[],
  page: PageArgs,
  show: (event: LedgerRecord) => LedgerEvent,
): Connection<LedgerEvent> => {
  const { first, after } = pageRequest(page);
  const from = after === null ? 0 : Number(decodeCursor(EVENTS, ['index'], after)[0]) + 1;
  const rest = events.filter(({ revision }) => revision >= from);
  const rows = { rows: rest.slice(0, first), hasNextPage: rest.length > first };
  return connectionOf(rows, ({ revision }) => encodeCursor(EVENTS, [String(revision)]), show);
};
