import { randomUUID } from 'node:crypto';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { SYSTEM_TENANT } from '../../domain/stream.js';
import { recordAccess } from '../../identity/access.js';
import { exportLines } from '../../replay/seals/export-file.js';
import { Signer } from '../../replay/seals/signing.js';
import { refuseUnknownTenant } from '../../tenancy/known-tenant.js';
import { findInstallation } from '../installation.js';
import { onInterrupt } from '../interrupt.js';
import { writeNew } from '../new-file.js';
import { openRecords } from '../open-records.js';
import { counted, printRow, progressOf } from '../output.js';
import { ownSealKey } from './seal-key.js';

/** `ledgerline audit export`: the ledger in a file that can be verified anywhere. It overwrites nothing, and is recorded. */
export const exportAudit = async (file: string, tenantId: string | null): Promise<void> => {
  const installation = await findInstallation(process.env);
  const signer = new Signer(await ownSealKey(installation.environment));
  const storage = await openRecords(installation);
  const stop = new AbortController();
  onInterrupt(() => stop.abort(new AppError(ErrorCode.UNAVAILABLE, 'Stopped before the end.')));
  const { signal } = stop;
  const progress = progressOf('Events');
  let counts = { events: 0, shown: 0 };
  try {
    const { store } = storage.ledger;
    if (tenantId !== null) await refuseUnknownTenant(store, tenantId);
    const texts = async function* () {
      await recordAccess(storage.ledger, {
        tenantId: tenantId ?? SYSTEM_TENANT,
        permission: 'audit:read',
        subject: tenantId === null ? 'export' : `export of ${tenantId}`,
        operatorId: 'command-line',
        correlationId: randomUUID(),
      });
      const onProgress = (events: number, shown: number) => {
        counts = { events, shown };
        progress.show(events);
      };
      const batches = store.readAll({ signal });
      yield* exportLines({ batches, signer, tenantId, exportedAt: new Date().toISOString(), onProgress });
      signal.throwIfAborted();
    };
    await writeNew(file, texts());
    progress.clear();
    printRow('File', file);
    printRow('Events', eventsOf(tenantId, counts));
  } finally {
    progress.clear();
    await storage.close();
  }
};

const eventsOf = (tenantId: string | null, { events, shown }: { events: number; shown: number }): string =>
  tenantId === null
    ? `${counted(events, 'event')} of the whole ledger`
    : `${counted(shown, 'event')} of ${tenantId} and of seals, and the hashes of ${counted(events - shown, 'other')}`;
