import { stat } from 'node:fs/promises';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { Pseudonyms } from '../../ledger/keys/pseudonyms.js';
import { ErasureCopies } from '../../tenancy/erasure-copies.js';
import { refuseDamaged } from '../../tenancy/import/import-plan.js';
import { importTenant } from '../../tenancy/import/import-tenant.js';
import { eventFiles } from '../event-files.js';
import { linesOf } from '../file-lines.js';
import { openInstallation } from '../installation.js';
import { onInterrupt } from '../interrupt.js';
import { openObjects } from '../objects/open-objects.js';
import { counted, printRow, progressOf } from '../output.js';

/** `ledgerline tenants import`: a tenant of another installation. Done again, it finishes what was interrupted. */
export const importTenantFile = async (file: string): Promise<void> => {
  await refusePipe(file);
  // Before an installation is begun for it.
  await refuseDamaged(linesOf(file));
  const { environment, secrets, openStorage } = await openInstallation(process.env);
  const storage = await openStorage();
  const stop = new AbortController();
  onInterrupt(() =>
    stop.abort(new AppError(ErrorCode.UNAVAILABLE, 'Stopped: import the file again to go on.')),
  );
  const progress = progressOf('Events');
  try {
    const { ledger } = storage;
    const objects = await openObjects(environment, storage);
    const { tenantId, events, added, files } = await importTenant({
      ledger,
      files: eventFiles({ ledger, objects }),
      copies: new ErasureCopies(objects),
      pseudonyms: new Pseudonyms(secrets.indexKey),
      lines: () => linesOf(file),
      signal: stop.signal,
      onProgress: (done, of) => progress.show(done, of),
    });
    progress.clear();
    printRow('Tenant', tenantId);
    const before = events === added ? '' : `, ${counted(events - added, 'event')} were here already`;
    printRow('Events', `${counted(added, 'event')} imported${before}`);
    if (files > 0) printRow('Files', `${counted(files, 'file')}: recordings, traces, documents`);
  } finally {
    progress.clear();
    await storage.close();
  }
};

/** It's read more than once, and a pipe is empty the second time. What isn't there is told by who opens it. */
const refusePipe = async (file: string): Promise<void> => {
  const found = await stat(file).catch(() => null);
  if (!found?.isFIFO() && !found?.isSocket()) return;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `${file} is a pipe, and an import reads its file several times: write what comes out of it into a file first.`,
  );
};
