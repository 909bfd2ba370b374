import { createPrivateKey, createSecretKey } from 'node:crypto';

const KEY_BYTES = 32;

/** The same in every test file: the logins' passwords follow from it, and the logins are the whole server's. */
export const testMasterKey = createSecretKey(Buffer.alloc(KEY_BYTES, 'master'));
export const testIndexKey = createSecretKey(Buffer.alloc(KEY_BYTES, 'index'));

/** What a database is made with. */
export const testKeys = { masterKey: testMasterKey, indexKey: testIndexKey };

/** The same in a command's environment. */
export const testKeyVariables = {
  LEDGERLINE_MASTER_KEY: testMasterKey.export().toString('base64'),
  LEDGERLINE_INDEX_KEY: testIndexKey.export().toString('base64'),
};

/** An Ed25519 key in PKCS#8; `seed`: another one makes another key. */
export const testSealKey = (seed = 1) =>
  createPrivateKey({
    key: Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.alloc(KEY_BYTES, seed),
    ]),
    format: 'der',
    type: 'pkcs8',
  });
