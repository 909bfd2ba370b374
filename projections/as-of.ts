import { AppError, ErrorCode } from '../src/domain/errors.js';
import type { LedgerRecord } from '../src/ledger/ledger.js';
import { projections } from './index.js';
import { BatchFold, type Row } from './runtime/batch-fold.js';
import type { Projection } from './runtime/projection.js';
import type { RowOf, Table } from './runtime/table.js';

const foldAll = (projection: Projection, events: readonly LedgerRecord[]) =>
  projection.folds.map((fold) => {
    const { rows, poison } = new BatchFold(fold, events).run(new Map());
    const [refused] = poison;
    if (refused) {
      const { stream, error } = refused;
      throw new AppError(
        ErrorCode.CONFLICT,
        `Projection ${projection.name} can't show ${stream}: ${error}.`,
        {
          stream,
        },
      );
    }
    return { table: fold.table, rows };
  });

/** A table's rows as they were after these events, the beginning of one stream: by the fold that keeps them today. */
export const rowsAfter = <C extends Table['columns']>(
  projection: Projection,
  { name }: Table<C>,
  events: readonly LedgerRecord[],
): readonly RowOf<C>[] =>
  foldAll(projection, events)
    .filter(({ table }) => table.name === name)
    .flatMap(({ rows }) => rows as unknown as readonly RowOf<C>[]);

/** All rows that a stream's beginning makes, by their table's name; without those that only list events. */
export const readModelsAfter = (events: readonly LedgerRecord[]): Readonly<Record<string, readonly Row[]>> =>
  Object.fromEntries(
    projections
      .filter(({ name }) => name !== 'audit')
      .flatMap((projection) => foldAll(projection, events))
      .filter(({ rows }) => rows.length > 0)
      .map(({ table, rows }) => [table.name, rows]),
  );
