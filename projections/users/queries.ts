import { propertiesOf, type RowOf } from '../runtime/table.js';
import type { ReadModelsReader } from '../views.js';
import { usersTable } from './tables.js';

export type UserRow = RowOf<typeof usersTable.columns>;

export const findUser = (reader: ReadModelsReader, userId: string): Promise<UserRow | undefined> =>
  reader.read((db) =>
    db
      .selectFrom('users_v1')
      .select(propertiesOf(usersTable))
      .where('userId', '=', userId)
      .executeTakeFirst(),
  );
