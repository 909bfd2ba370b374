import { propertiesOf, type RowOf } from '../runtime/table.js';
import type { ReadModelsReader } from '../views.js';
import { numbersTable } from './tables.js';

export type NumberRow = RowOf<typeof numbersTable.columns>;

/** Oldest first. */
export const listNumbers = (
  reader: ReadModelsReader,
  tenantIds: readonly string[],
): Promise<readonly NumberRow[]> =>
  reader.read((db) =>
    db
      .selectFrom('phone_numbers_v1')
      .select(propertiesOf(numbersTable))
      .where('tenantId', 'in', tenantIds)
      .orderBy('addedAt')
      .orderBy('numberId')
      .execute(),
  );
