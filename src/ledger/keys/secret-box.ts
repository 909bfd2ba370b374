import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** So much longer is a box than what is in it. */
export const BOX_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/** Contexts are ids, and so ASCII: as UTF-8 they'd be the same bytes, and a decode would take a tenth longer. */
const contextBytes = (context: string): Buffer => Buffer.from(context, 'latin1');

/**
 * AES-256-GCM: nonce (random), ciphertext, tag. `context`, in ASCII, is authenticated beside it: the box opens nowhere else.
 */
export const sealBox = (key: KeyObject, plaintext: Uint8Array | string, context: string): Buffer => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(contextBytes(context));
  const ciphertext =
    typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
};

/** Throws on a wrong key, another context, or a changed byte. */
export const openBox = (key: KeyObject, box: Uint8Array, context: string): Buffer => {
  const decipher = createDecipheriv(ALGORITHM, key, box.subarray(0, NONCE_BYTES));
  decipher.setAAD(contextBytes(context));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  const plaintext = decipher.update(box.subarray(NONCE_BYTES, box.length - TAG_BYTES));
  // GCM is a stream cipher: `final` adds no bytes, it checks the tag.
  decipher.final();
  return plaintext;
};
