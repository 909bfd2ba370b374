import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { Seal } from '../../domain/seal/events.js';
import { lengthPrefixed } from './leaf.js';

/** Enough that nobody finds two keys with one id by chance, and short enough to be compared by eye. */
const KEY_ID_DIGITS = 16;

/** SubjectPublicKeyInfo (RFC 8410) in DER. */
const publicDer = (publicKey: KeyObject): Buffer => publicKey.export({ type: 'spki', format: 'der' });

/** The beginning of the SHA-256 of the public key, in hexadecimal. */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256').update(publicDer(publicKey)).digest('hex').slice(0, KEY_ID_DIGITS);

export const publicKeyText = (publicKey: KeyObject): string => publicDer(publicKey).toString('base64');

export const publicKeyPem = (publicKey: KeyObject): string =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString();

const PEM = /-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g;

/**
 * Ed25519 public keys from what a person gives: PEM, one or several, or the base64 of one in DER. Throws
 * `BAD_USER_INPUT`.
 */
export const parsePublicKeys = (text: string): readonly KeyObject[] => {
  try {
    const pems = text.match(PEM);
    const keys = pems
      ? pems.map((pem) => createPublicKey(pem))
      : [createPublicKey({ key: Buffer.from(text.trim(), 'base64'), format: 'der', type: 'spki' })];
    if (keys.every(({ asymmetricKeyType }) => asymmetricKeyType === 'ed25519')) return keys;
  } catch {
    // OpenSSL's own words help nobody.
  }
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    'A public key must be an Ed25519 key, as PEM or as base64: "ledgerline audit key" prints it.',
  );
};

/** Signs with the key that only the platform has. */
export class Signer {
  readonly publicKey: KeyObject;
  readonly keyId: string;
  readonly #privateKey: KeyObject;

  constructor(privateKey: KeyObject) {
    this.publicKey = createPublicKey(privateKey);
    this.keyId = keyIdOf(this.publicKey);
    this.#privateKey = privateKey;
  }

  /** In base64. */
  sign(bytes: Buffer): string {
    return sign(null, bytes, this.#privateKey).toString('base64');
  }

  signSeal(unsigned: Omit<Seal, 'keyId' | 'signature'>): Seal {
    const seal = { ...unsigned, keyId: this.keyId };
    return { ...seal, signature: this.sign(sealBytes(seal)) };
  }
}

/** The keys whose signatures count. */
export class TrustedKeys {
  readonly #keys: ReadonlyMap<string, KeyObject>;

  constructor(publicKeys: readonly KeyObject[]) {
    this.#keys = new Map(publicKeys.map((key) => [keyIdOf(key), key]));
  }

  /** What is wrong with a signature (base64), as the end of a sentence; `null`: nothing. */
  problemOf(bytes: Buffer, keyId: string, signature: string): string | null {
    const key = this.#keys.get(keyId);
    if (!key) {
      return `is signed by the key ${keyId}, which isn't trusted here (${[...this.#keys.keys()].join(', ')} is)`;
    }
    return verify(null, bytes, key, Buffer.from(signature, 'base64'))
      ? null
      : "has a signature that isn't its key's: it was changed, or made by somebody else";
  }

  problemOfSeal(seal: Seal): string | null {
    return this.problemOf(sealBytes(seal), seal.keyId, seal.signature);
  }
}

/** What a seal's signature is over. Fixed for ever. */
const sealBytes = (seal: Omit<Seal, 'signature'>): Buffer =>
  lengthPrefixed([
    'ledgerline-seal-1',
    String(seal.number),
    seal.from,
    seal.to,
    String(seal.events),
    seal.previous,
    seal.hash,
    seal.sealedAt,
    seal.keyId,
  ]);
