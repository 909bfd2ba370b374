import { randomUUID } from 'node:crypto';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { recordAccess } from '../../identity/access.js';
import { type ArchiveCounts, archiveLines } from '../../tenancy/export/archive-lines.js';
import { refuseUnknownTenant } from '../../tenancy/known-tenant.js';
import { eventFiles } from '../event-files.js';
import { findInstallation } from '../installation.js';
import { onInterrupt } from '../interrupt.js';
import { writeNew } from '../new-file.js';
import { openRecords } from '../open-records.js';
import { counted, printRow, progressOf } from '../output.js';

export interface ExportTenantOptions {
  /** A new file. */
  readonly out: string;
  /** `false`: recordings, traces and documents' files stay here. */
  readonly files: boolean;
}

/** `ledgerline tenants export`: all that is of a tenant, in the clear. It overwrites nothing, and is recorded. */
export const exportTenant = async (
  tenantId: string,
  { out, files: hasFiles }: ExportTenantOptions,
): Promise<void> => {
  const storage = await openRecords(await findInstallation(process.env));
  const stop = new AbortController();
  onInterrupt(() => stop.abort(new AppError(ErrorCode.UNAVAILABLE, 'Stopped before the end.')));
  const { signal } = stop;
  const progress = progressOf('Events');
  try {
    const { ledger, objects } = storage;
    await refuseUnknownTenant(ledger.store, tenantId);
    const files = hasFiles ? eventFiles({ ledger, objects }) : () => null;
    let counts: ArchiveCounts = { events: 0, files: 0, lostFiles: 0 };
    const texts = async function* () {
      await recordAccess(ledger, {
        tenantId,
        permission: 'data:export',
        subject: tenantId,
        operatorId: 'command-line',
        correlationId: randomUUID(),
      });
      const subject = { tenantId, kind: 'tenant', subjectId: tenantId } as const;
      const onProgress = (sofar: ArchiveCounts) => {
        counts = sofar;
        progress.show(sofar.events);
      };
      const madeAt = new Date().toISOString();
      const lines = archiveLines({ ledger, files, subject, madeAt, signal, onProgress });
      for await (const { text } of lines) yield text;
    };
    // For its owner only.
    await writeNew(out, texts(), { mode: 0o600 });
    progress.clear();
    printRow('File', `${out}: it has what was said, in plain text`);
    printRow('Events', `${counted(counts.events, 'event')} of ${tenantId}`);
    if (hasFiles) printRow('Files', filesText(counts));
  } finally {
    progress.clear();
    await storage.close();
  }
};

const filesText = ({ files, lostFiles }: ArchiveCounts): string => {
  const lost = `; ${counted(lostFiles, 'other')} couldn't be read: erased, removed or changed`;
  return `${counted(files, 'file')}: recordings, traces, documents${lostFiles > 0 ? lost : ''}`;
};
