import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Works in a data directory that is removed at the end, whatever came of it. The user who runs PostgreSQL for root may
 * pass through it: else the cluster would be kept elsewhere, and stay.
 */
export const withTemporaryDataDir = async <T>(
  name: string,
  work: (dataDir: string) => Promise<T>,
): Promise<T> => {
  const dataDir = await mkdtemp(join(tmpdir(), `ledgerline-${name}-`));
  try {
    await chmod(dataDir, 0o711);
    return await work(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
};
