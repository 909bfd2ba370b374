import type { ObjectStore } from '../objects/object-store.js';
import { AppliedErasures } from '../tenancy/applied-erasures.js';
import { ErasureCopies } from '../tenancy/erasure-copies.js';
import { eraseAgain } from '../tenancy/reapply-erasures.js';
import type { KnownInstallation } from './installation.js';
import { openKnownObjects } from './objects/open-objects.js';
import type { Storage } from './storage.js';

export interface Records extends Storage {
  readonly objects: ObjectStore;
}

/**
 * Opens the ledger for a command that shows what is in it: whoever was erased stays so, in a restored backup too, before a
 * process has served from it. Throws as `eraseAgain`, and `UNAVAILABLE` where the object store isn't the database's.
 */
export const openRecords = async ({
  environment,
  openStorage,
}: Pick<KnownInstallation, 'environment' | 'openStorage'>): Promise<Records> => {
  const storage = await openStorage();
  try {
    const objects = await openKnownObjects(environment, storage);
    await eraseAgain({
      ledger: storage.ledger,
      copies: new ErasureCopies(objects),
      applied: new AppliedErasures(storage.connection('ledger')),
    });
    return { ...storage, objects };
  } catch (error) {
    await storage.close();
    throw error;
  }
};
