import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Environment, parseEnvironment } from '../../config.js';
import { AppError, ErrorCode, messageOf } from '../../domain/errors.js';
import {
  parsePublicKeys,
  publicKeyPem,
  publicKeyText,
  Signer,
  TrustedKeys,
} from '../../replay/seals/signing.js';
import { printRow } from '../output.js';
import { knownSecrets } from '../secrets.js';

/** `ledgerline audit key`: the public key, for those who verify elsewhere. What it prints is a PEM file: text may stand before. */
export const printSealKey = async (): Promise<void> => {
  const { publicKey, keyId } = new Signer(await ownSealKey(parseEnvironment(process.env)));
  printRow('Key', keyId);
  printRow('Public key', publicKeyText(publicKey));
  process.stdout.write(`\n${publicKeyPem(publicKey)}`);
};

/** Throws `BAD_USER_INPUT` where the platform's isn't here. */
export const ownSealKey = async (environment: Environment): Promise<KeyObject> => {
  const { sealKey } = await knownSecrets(environment);
  if (sealKey) return sealKey;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `There is no seal key: ${resolve(environment.DATA_DIR)} has no secrets.json, and SEAL_PRIVATE_KEY isn't set.`,
  );
};

/**
 * The keys that `--public-key` gives, each a file or base64; without any, the installation's own. Throws `BAD_USER_INPUT`
 * where there is none: the key in a file vouches for nothing.
 */
export const trustedKeys = async (given: readonly string[]): Promise<TrustedKeys> => {
  if (given.length > 0) {
    const keys = await Promise.all(given.map(async (value) => parsePublicKeys(await textOf(value))));
    return new TrustedKeys(keys.flat());
  }
  const { sealKey } = await knownSecrets(parseEnvironment(process.env));
  if (sealKey) return new TrustedKeys([new Signer(sealKey).publicKey]);
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    'This machine has no seal key: give the platform\'s with --public-key; "ledgerline audit key" prints it there.',
  );
};

/** DER in base64 begins so for every Ed25519 key (RFC 8410), and no sensible file does. */
const BASE64_KEY = /^MCowBQYDK2VwAyEA/;

const textOf = async (value: string): Promise<string> => {
  if (BASE64_KEY.test(value)) return value;
  try {
    return await readFile(value, 'utf8');
  } catch (cause) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `--public-key "${value}" is no Ed25519 key in base64, nor a file that can be read (${messageOf(cause)}).`,
      {},
      { cause },
    );
  }
};
