import { randomUUID } from 'node:crypto';
import { recordAccess } from '../../identity/access.js';
import { openInstallation } from '../installation.js';
import type { Storage } from '../storage.js';

/** Opens the ledger for somebody at the terminal, whose reading is recorded before anything is shown. */
export const reading = async (
  show: (storage: Storage, noteAccess: NoteAccess) => Promise<void>,
): Promise<void> => {
  const { openStorage } = await openInstallation(process.env);
  const storage = await openStorage();
  try {
    await show(storage, (tenantId, subject) =>
      recordAccess(storage.ledger, {
        tenantId,
        permission: 'audit:read',
        subject,
        operatorId: 'command-line',
        correlationId: randomUUID(),
      }),
    );
  } finally {
    await storage.close();
  }
};

/** Records whose records are read. What can't be recorded isn't shown. */
type NoteAccess = (tenantId: string, subject: string) => Promise<void>;
