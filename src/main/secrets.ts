import { createPrivateKey, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Environment } from '../config.js';
import { isThere, makeDirectory } from '../database/embedded/files.js';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import type { SigningKey } from '../identity/tokens.js';

const KEY_BYTES = 32;

/** What is generated where the environment says nothing, and kept with the data that depends on it. */
const keptSchema = z.object({
  masterKey: z.string(),
  indexKey: z.string(),
  jwtSecret: z.string(),
  twilioAuthToken: z.string(),
  demoPassword: z.string(),
  /** The seed of an Ed25519 key. Absent in a directory that was made before the ledger was sealed. */
  sealSeed: z.string().optional(),
});

type Kept = z.infer<typeof keptSchema>;

export interface Secrets {
  readonly masterKey: KeyObject;
  readonly indexKey: KeyObject;
  readonly jwtKeys: readonly SigningKey[];
  readonly twilioAuthToken: string;
  /** Ed25519: signs the ledger's seals. */
  readonly sealKey: KeyObject;
  /** Of the demo login, which production doesn't have. */
  readonly demoPassword: string;
}

const FILE = 'secrets.json';

const generate = (): Kept => ({
  masterKey: randomBytes(KEY_BYTES).toString('base64'),
  indexKey: randomBytes(KEY_BYTES).toString('base64'),
  jwtSecret: randomBytes(KEY_BYTES).toString('base64url'),
  // As long as Twilio's own.
  twilioAuthToken: randomBytes(16).toString('hex'),
  demoPassword: randomBytes(9).toString('base64url'),
  sealSeed: randomBytes(KEY_BYTES).toString('base64'),
});

/** PKCS#8 of an Ed25519 key, up to its seed (RFC 8410). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An older directory's key follows from what it keeps: the same in every process, with nothing to write. */
const sealKeyOf = ({ sealSeed, masterKey }: Pick<Kept, 'sealSeed' | 'masterKey'>): KeyObject => {
  const seed = sealSeed
    ? Buffer.from(sealSeed, 'base64')
    : Buffer.from(hkdfSync('sha256', Buffer.from(masterKey, 'base64'), '', 'ledgerline seal', KEY_BYTES));
  return createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' });
};

/** The kept secrets; made once, also when several processes start at the same time. */
const keep = async (dataDir: string): Promise<Kept> => {
  const file = join(dataDir, FILE);
  await makeOnce(dataDir, file).catch((cause: unknown) => {
    throw unusable(dataDir, cause);
  });
  return readKept(file);
};

/** What was made before; `null` where nothing was. */
const keptBefore = async (dataDir: string): Promise<Kept | null> => {
  const file = join(dataDir, FILE);
  const isKept = await isThere(file).catch((cause: unknown) => {
    throw unusable(dataDir, cause);
  });
  return isKept ? readKept(file) : null;
};

const unusable = (dataDir: string, cause: unknown): AppError =>
  new AppError(
    ErrorCode.BAD_USER_INPUT,
    `DATA_DIR ${dataDir} can't be used (${messageOf(cause)}): name a directory that this user may write.`,
    {},
    { cause },
  );

const readKept = async (file: string): Promise<Kept> => {
  try {
    return keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `${file} can't be read (${messageOf(cause)}); bring it back from a backup: without it nothing personal can be read.`,
      {},
      { cause },
    );
  }
};

const makeOnce = async (dataDir: string, file: string): Promise<void> => {
  await makeDirectory(dataDir);
  const fresh = join(dataDir, `.${FILE}.${randomBytes(6).toString('hex')}`);
  await writeFile(fresh, `${JSON.stringify(generate(), null, 2)}\n`, { mode: 0o600, flush: true });
  // A link fails where the file is already: the first one stays, and is whole.
  await link(fresh, file).catch(() => undefined);
  await rm(fresh);
};

/** What opens a ledger, and vouches for it. */
export type KnownSecrets = { readonly [Name in 'masterKey' | 'indexKey' | 'sealKey']: Secrets[Name] | null };

/** For who begins nothing new: the environment's secrets and those that were generated before. */
export const knownSecrets = async (environment: Environment): Promise<KnownSecrets> => {
  const kept = environment.NODE_ENV === 'production' ? null : await keptBefore(environment.DATA_DIR);
  const key = (given: Buffer | undefined, generated: string | undefined): KeyObject | null => {
    const bytes = given ?? (generated === undefined ? null : Buffer.from(generated, 'base64'));
    return bytes && createSecretKey(bytes);
  };
  return {
    masterKey: key(environment.LEDGERLINE_MASTER_KEY, kept?.masterKey),
    indexKey: key(environment.LEDGERLINE_INDEX_KEY, kept?.indexKey),
    sealKey: environment.SEAL_PRIVATE_KEY ?? (kept && sealKeyOf(kept)),
  };
};

/** The environment's secrets, and generated ones for those that it doesn't give (never in production). */
export const loadSecrets = async (environment: Environment): Promise<Secrets> => {
  const kept = environment.NODE_ENV === 'production' ? null : await keep(environment.DATA_DIR);
  const key = (given: Buffer | undefined, generated: string | undefined): KeyObject =>
    createSecretKey(given ?? Buffer.from(generated ?? '', 'base64'));
  return {
    masterKey: key(environment.LEDGERLINE_MASTER_KEY, kept?.masterKey),
    indexKey: key(environment.LEDGERLINE_INDEX_KEY, kept?.indexKey),
    jwtKeys: environment.JWT_KEYS ?? [{ kid: 'generated', secret: kept?.jwtSecret ?? '' }],
    twilioAuthToken: environment.TWILIO_AUTH_TOKEN ?? kept?.twilioAuthToken ?? '',
    demoPassword: kept?.demoPassword ?? '',
    sealKey: environment.SEAL_PRIVATE_KEY ?? sealKeyOf(kept ?? { masterKey: '' }),
  };
};

/** A key for one purpose, from the master key: what one signs, the other doesn't open. */
export const derivedKey = (masterKey: KeyObject, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', masterKey, '', `ledgerline ${purpose}`, 32)));
