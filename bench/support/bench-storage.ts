import { createSecretKey, randomBytes } from 'node:crypto';
import { silentLogger } from '../../src/domain/logger.js';
import { openStorage, type Storage } from '../../src/main/storage.js';
import { withTemporaryDataDir } from '../../src/main/temporary-data-dir.js';

const KEY_BYTES = 32;

/** Storage of a benchmark's own, with fsync on: `BENCH_DATABASE_URL`'s server, or the embedded one. Removed at the end. */
export const withBenchStorage = <T>(work: (storage: Storage) => Promise<T>): Promise<T> =>
  withTemporaryDataDir('bench', async (dataDir) => {
    const storage = await openStorage({
      databaseUrl: process.env.BENCH_DATABASE_URL,
      dataDir,
      secrets: { masterKey: createSecretKey(randomBytes(KEY_BYTES)) },
      logger: silentLogger,
    });
    try {
      return await work(storage);
    } finally {
      await storage.close();
    }
  });
