import { AppError, ErrorCode } from '../../src/domain/errors.js';
import { eventDefinitions } from '../../src/domain/events.js';
import type { ReadModelsReader } from '../views.js';
import { listAuditEntries } from './queries.js';

/** Throws `BAD_USER_INPUT`. A newer program's types are known by what it fed the trail with, as far as the reader sees it. */
export const refuseUnknownTypes = async (
  reader: ReadModelsReader,
  types: readonly string[],
): Promise<void> => {
  for (const type of types.filter((name) => !Object.hasOwn(eventDefinitions, name))) {
    const { rows } = await listAuditEntries(reader, { first: 1, after: null }, { types: [type] });
    if (rows.length > 0) continue;
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `"${type}" is no type of event that this program knows, nor is it in the trail; one looks like SubjectErased.`,
      { type },
    );
  }
};
