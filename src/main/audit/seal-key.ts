import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnvironment } from '../../config.js';
import { AppError, ErrorCode, messageOf } from '../../domain/errors.js';
import {
  parsePublicKeys,
  publicKeyPem,
  publicKeyText,
  Signer,
  TrustedKeys,
} from '../../replay/seals/signing.js';
import { printRow } from '../output.js';
import { loadSecrets } from '../secrets.js';

/** `ledgerline audit key`: the public key, for those who verify elsewhere. What it prints is a PEM file: text may stand before. */
export const printSealKey = async (): Promise<void> => {
  const { sealKey } = await loadSecrets(parseEnvironment(process.env));
  const { publicKey, keyId } = new Signer(sealKey);
  printRow('Key', keyId);
  printRow('Public key', publicKeyText(publicKey));
  process.stdout.write(`\n${publicKeyPem(publicKey)}`);
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
  const environment = parseEnvironment(process.env);
  const isKnown = environment.SEAL_PRIVATE_KEY ?? existsSync(join(environment.DATA_DIR, 'secrets.json'));
  if (isKnown) return new TrustedKeys([new Signer((await loadSecrets(environment)).sealKey).publicKey]);
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
