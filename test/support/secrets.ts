import { createSecretKey } from 'node:crypto';

const KEY_BYTES = 32;

/** The same in every test file: the logins' passwords follow from it, and the logins are the whole server's. */
export const testMasterKey = createSecretKey(Buffer.alloc(KEY_BYTES, 'master'));
export const testIndexKey = createSecretKey(Buffer.alloc(KEY_BYTES, 'index'));
