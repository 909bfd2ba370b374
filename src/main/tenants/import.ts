import { open } from 'node:fs/promises';
import { AppError, ErrorCode, messageOf } from '../../domain/errors.js';
import { Pseudonyms } from '../../ledger/keys/pseudonyms.js';
import { refuseDamaged } from '../../tenancy/import/import-plan.js';
import { importTenant } from '../../tenancy/import/import-tenant.js';
import { eventFiles } from '../event-files.js';
import { openInstallation } from '../installation.js';
import { onInterrupt } from '../interrupt.js';
import { openObjects } from '../objects/open-objects.js';
import { counted, printRow, progressOf } from '../output.js';

/** `ledgerline tenants import`: a tenant of another installation. Done again, it finishes what was interrupted. */
export const importTenantFile = async (file: string): Promise<void> => {
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

/** Throws `BAD_USER_INPUT`, whether the file can't be opened or stops in its middle. */
async function* linesOf(file: string): AsyncIterable<string> {
  const unreadable = (cause: unknown) =>
    new AppError(
      ErrorCode.BAD_USER_INPUT,
      `The file ${file} can't be read (${messageOf(cause)}).`,
      {},
      { cause },
    );
  const handle = await open(file).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  const lines = handle.readLines()[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await lines.next().catch((cause: unknown) => {
        throw unreadable(cause);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await handle.close();
  }
}
