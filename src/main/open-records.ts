import { join } from 'node:path';
import { FileObjectStore } from '../objects/file-object-store.js';
import { AppliedErasures } from '../tenancy/applied-erasures.js';
import { ErasureCopies } from '../tenancy/erasure-copies.js';
import { eraseAgain } from '../tenancy/reapply-erasures.js';
import type { KnownInstallation } from './installation.js';
import type { Storage } from './storage.js';

/**
 * Opens the ledger for a command that shows what is in it: whoever was erased stays so, in a restored backup too, before a
 * process has served from it. Throws as `eraseAgain`.
 */
export const openRecords = async ({
  environment,
  openStorage,
}: Pick<KnownInstallation, 'environment' | 'openStorage'>): Promise<Storage> => {
  const storage = await openStorage();
  try {
    await eraseAgain({
      ledger: storage.ledger,
      copies: new ErasureCopies(new FileObjectStore(join(environment.DATA_DIR, 'objects'))),
      applied: new AppliedErasures(storage.connection('ledger')),
    });
    return storage;
  } catch (error) {
    await storage.close();
    throw error;
  }
};
