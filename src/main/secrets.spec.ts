import { createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseEnvironment } from '../config.js';
import { loadSecrets } from './secrets.js';

describe('the key of the seals', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ledgerline-secrets-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const publicKey = async (): Promise<string> => {
    const { sealKey } = await loadSecrets(parseEnvironment({ DATA_DIR: directory }));
    return createPublicKey(sealKey).export({ type: 'spki', format: 'der' }).toString('hex');
  };

  it('is generated once, also when several processes start at the same time', async () => {
    const keys = await Promise.all([publicKey(), publicKey(), publicKey()]);
    expect(new Set([...keys, await publicKey()]).size).toBe(1);
  });

  it('is one, and stays, in a data directory that is older than seals', async () => {
    await publicKey();
    const file = join(directory, 'secrets.json');
    const { sealSeed, ...older } = JSON.parse(await readFile(file, 'utf8'));
    expect(sealSeed).toEqual(expect.any(String));
    await writeFile(file, JSON.stringify(older));
    expect(await publicKey()).toBe(await publicKey());
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(older);
  });
});
