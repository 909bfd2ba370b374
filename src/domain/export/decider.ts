import type { Decider } from '../decider.js';
import type { SubjectKind } from '../erasure/events.js';
import type { ExportEvent, StoredArchive } from './events.js';

export interface ExportState {
  readonly exportId: string | null;
  /** `null`: there is no such export. */
  readonly subject: { readonly kind: SubjectKind; readonly id: string } | null;
  /** `null`: it isn't made yet, or failed. */
  readonly archive: StoredArchive | null;
  readonly failure: string | null;
}

export type ExportCommand =
  | {
      readonly type: 'RequestExport';
      readonly exportId: string;
      readonly kind: SubjectKind;
      readonly subjectId: string;
    }
  | { readonly type: 'FinishExport'; readonly archive: StoredArchive }
  | { readonly type: 'FailExport'; readonly reason: string };

/** One data export: asked for once, and ready or failed once. Of two who made it, the first one's archive counts. */
export const exportDecider: Decider<ExportCommand, ExportState, ExportEvent> = {
  initial: { exportId: null, subject: null, archive: null, failure: null },

  decide(command, { exportId, archive, failure }) {
    if (command.type === 'RequestExport') {
      const { type: _, ...data } = command;
      return exportId === null ? [{ type: 'DataExportRequested', data }] : [];
    }
    if (exportId === null || archive !== null || failure !== null) return [];
    return command.type === 'FinishExport'
      ? [{ type: 'DataExportReady', data: { exportId, ...command.archive } }]
      : [{ type: 'DataExportFailed', data: { exportId, reason: command.reason } }];
  },

  evolve(state, event) {
    switch (event.type) {
      case 'DataExportRequested': {
        const { exportId, kind, subjectId } = event.data;
        return { ...state, exportId, subject: { kind, id: subjectId } };
      }
      case 'DataExportReady': {
        const { exportId: _, ...archive } = event.data;
        return { ...state, archive };
      }
      case 'DataExportFailed':
        return { ...state, failure: event.data.reason };
      default:
        return state;
    }
  },
};
