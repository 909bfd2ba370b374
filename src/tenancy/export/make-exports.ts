import type { SubjectKind } from '../../domain/erasure/events.js';
import { AppError, ErrorCode, isAppError, reasonOf } from '../../domain/errors.js';
import { exportDecider } from '../../domain/export/decider.js';
import type { Logger } from '../../domain/logger.js';
import { parseStreamName, SYSTEM_TENANT } from '../../domain/stream.js';
import { execute } from '../../ledger/execute.js';
import type { KeyOwner } from '../../ledger/keys/key-store.js';
import { load } from '../../ledger/load.js';
import { passes } from '../workflows/patience.js';
import { commandOf, defineWorkflow, type RecordOf, type Workflow } from '../workflows/workflow.js';
import { type ArchiveMakerOptions, storeArchive } from './stored-archive.js';

export interface MakeExportsOptions extends ArchiveMakerOptions {
  readonly logger: Logger;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
  /** The process stops: the export is made again by the next one. */
  readonly signal: AbortSignal;
}

const FAILED = 'It could not be made; the reason is in the log, beside the id of this export.';

/** Makes the archives that are asked for. What is killed in between is made anew: it leaves encrypted parts that nobody names. */
export const makeExports = (options: MakeExportsOptions): Workflow =>
  defineWorkflow({
    startsWith: 'DataExportRequested',
    afterMs: 0,
    finish: async (event) => {
      const { ledger } = options;
      const { archive, failure } = await load(ledger, exportDecider, event.stream);
      if (archive !== null || failure !== null) return;
      const command = await finished(options, event);
      const occurredAt = new Date(options.now()).toISOString();
      await execute(ledger, exportDecider, event.stream, command, { ...endOf(event), occurredAt });
    },
  });

const finished = async (options: MakeExportsOptions, event: RecordOf<'DataExportRequested'>) => {
  const { kind, subjectId, exportId } = event.data;
  const { stream } = event;
  const subject = ownerOf(parseStreamName(stream).tenantId, kind, subjectId);
  const madeAt = new Date(options.now()).toISOString();
  try {
    const archive = await storeArchive(options, { stream, subject, madeAt }, options.signal);
    return { type: 'FinishExport', archive } as const;
  } catch (error) {
    if (options.signal.aborted) {
      throw new AppError(
        ErrorCode.UNAVAILABLE,
        'The process stops: the next one makes the export.',
        {},
        { cause: error },
      );
    }
    if (passes(error) || isAppError(error, ErrorCode.NEEDS_UPGRADE)) throw error;
    options.logger.error({ exportId, error: reasonOf(error) }, 'An export could not be made.');
    return { type: 'FailExport', reason: FAILED } as const;
  }
};

/** Whose keys protect the subject. `tenantId`: where contacts and calls are. */
const ownerOf = (tenantId: string, kind: SubjectKind, subjectId: string): KeyOwner => {
  if (kind === 'tenant') return { tenantId: subjectId, kind, subjectId };
  return { tenantId: kind === 'user' ? SYSTEM_TENANT : tenantId, kind, subjectId };
};

/** The platform's own, with its own id. */
const endOf = (event: RecordOf<'DataExportRequested'>) => {
  const command = commandOf(event);
  return {
    ...command,
    commandId: `${command.commandId}:export`,
    actor: { type: 'platform', id: 'exports' },
  } as const;
};
