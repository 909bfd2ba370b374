import { randomUUID } from 'node:crypto';
import { findInstallation } from '../installation.js';
import { findObjects } from './open-objects.js';

/** `ledgerline objects adopt`: for whoever lost the files of the object store, and wants to go on without them. */
export const adoptObjects = async (): Promise<void> => {
  const { environment, openStorage } = await findInstallation(process.env);
  const storage = await openStorage();
  try {
    const { ownership, place } = findObjects(environment, storage);
    await ownership.adopt(randomUUID());
    process.stdout.write(
      `The object store in ${place} is this database's from now on. Put a copy of the old one's folder "erasures" there, if there is one, and start every process again.\n`,
    );
  } finally {
    await storage.close();
  }
};
