import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Environment } from '../config.js';
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
});

type Kept = z.infer<typeof keptSchema>;

export interface Secrets {
  readonly masterKey: KeyObject;
  readonly indexKey: KeyObject;
  readonly jwtKeys: readonly SigningKey[];
  readonly twilioAuthToken: string;
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
});

/** The kept secrets; made once, also when several processes start at the same time. */
const keep = async (dataDir: string): Promise<Kept> => {
  const file = join(dataDir, FILE);
  await makeOnce(dataDir, file).catch((cause: unknown) => {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `DATA_DIR ${dataDir} can't be used (${messageOf(cause)}): name a directory that this user may write.`,
      {},
      { cause },
    );
  });
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
  await mkdir(dataDir, { recursive: true });
  const fresh = join(dataDir, `.${FILE}.${randomBytes(6).toString('hex')}`);
  await writeFile(fresh, `${JSON.stringify(generate(), null, 2)}\n`, { mode: 0o600, flush: true });
  // A link fails where the file is already: the first one stays, and is whole.
  await link(fresh, file).catch(() => undefined);
  await rm(fresh);
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
  };
};
