import { createSecretKey, randomBytes } from 'node:crypto';
import { silentLogger } from '../../src/domain/logger.js';
import { openStorage, type Storage } from '../../src/main/storage.js';
import { withTemporaryDataDir } from '../../src/main/temporary-data-dir.js';

const KEY_BYTES = 32;

export interface BenchStorage {
  readonly storage: Storage;
  /** In base64, for other processes on the same storage. */
  readonly masterKey: string;
}

/** Storage of a benchmark's own, with fsync on: `BENCH_DATABASE_URL`'s server, or the embedded one. Removed at the end. */
export const withBenchStorage = <T>(work: (bench: BenchStorage) => Promise<T>): Promise<T> =>
  withTemporaryDataDir('bench', async (dataDir) => {
    const masterKey = randomBytes(KEY_BYTES);
    const storage = await openStorage({
      databaseUrl: process.env.BENCH_DATABASE_URL,
      dataDir,
      secrets: {
        masterKey: createSecretKey(masterKey),
        indexKey: createSecretKey(randomBytes(KEY_BYTES)),
      },
      logger: silentLogger,
    });
    try {
      return await work({ storage, masterKey: masterKey.toString('base64') });
    } finally {
      await storage.close();
    }
  });
