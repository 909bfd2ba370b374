import { randomUUID } from 'node:crypto';
import { SYSTEM_TENANT } from '../../domain/stream.js';
import { recordAccess } from '../../identity/access.js';
import { findInstallation } from '../installation.js';
import { openRecords } from '../open-records.js';
import type { Storage } from '../storage.js';

/** Opens the ledger for somebody at the terminal, whose reading is recorded before anything is shown. */
export const reading = async (
  show: (storage: Storage, noteAccess: NoteAccess) => Promise<void>,
): Promise<void> => {
  const storage = await openRecords(await findInstallation(process.env));
  try {
    await show(storage, async (tenantIds, subject) => {
      const shown = new Set(tenantIds.length > 0 ? tenantIds : [SYSTEM_TENANT]);
      const notes = [...shown].map((tenantId) =>
        recordAccess(storage.ledger, {
          tenantId,
          permission: 'audit:read',
          subject,
          operatorId: 'command-line',
          correlationId: randomUUID(),
        }),
      );
      await Promise.all(notes);
    });
  } finally {
    await storage.close();
  }
};

/** Records whose records are read, nobody's: `sys`. What can't be recorded isn't shown. */
type NoteAccess = (tenantIds: readonly string[], subject: string) => Promise<void>;
