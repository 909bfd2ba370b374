import { propertiesOf, type RowOf } from '../runtime/table.js';
import type { ReadModelsReader } from '../views.js';
import { mediaStreamsTable } from './tables.js';

export type MediaStreamRow = RowOf<typeof mediaStreamsTable.columns>;

/** Of several calls, each call's in order. */
export const listMediaStreams = (
  reader: ReadModelsReader,
  callIds: readonly string[],
): Promise<readonly MediaStreamRow[]> =>
  reader.read((db) =>
    db
      .selectFrom('media_streams_v3')
      .select(propertiesOf(mediaStreamsTable))
      .where('callId', 'in', callIds)
      .orderBy('callId')
      .orderBy('attempt')
      .execute(),
  );
