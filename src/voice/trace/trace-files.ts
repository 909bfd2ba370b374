import {
  ERASED,
  type EventFiles,
  MISSING,
  openedOrLost,
  wholeFile,
  wholeFileWriter,
} from '../../ledger/event-files.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { ObjectStore } from '../../objects/object-store.js';
import { openPacked, sealTrace } from './trace-object.js';

export interface TraceFilesOptions {
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
}

/** What went into media streams' conversations: JSON, a line each, by gzip. */
export const traceFiles =
  ({ ledger, objects }: TraceFilesOptions): EventFiles =>
  (record) => {
    if (record.type !== 'CallTraceStored') return null;
    const { stream, data } = record;
    return {
      kind: 'trace',
      mediaType: 'application/gzip',
      open: () =>
        openedOrLost(async () => {
          const opened = await openPacked(objects, ledger.keys, stream, data);
          if (opened === ERASED || opened === MISSING) return opened;
          return wholeFile(opened.packed, opened.keyId);
        }),
      write: (key) =>
        wholeFileWriter(async (packed) => {
          const { content, stored } = sealTrace(stream, data.attempt, { ...data, packed }, key);
          await objects.put(stored.object, content);
          return { type: 'CallTraceStored', data: stored };
        }),
    };
  };
