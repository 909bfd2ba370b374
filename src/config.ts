import { createPrivateKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { AppError, ErrorCode } from './domain/errors.js';
import { connectionStringProblem } from './ledger/eventstoredb/connection-string.js';

const KEY_BYTES = 32;
const MIN_SECRET_CHARS = 32;

/** Secrets that stand in examples all over the world. */
const WELL_KNOWN = /^(secret|password|changeme|change-me|admin123|minioadmin|postgres|test|example)/i;

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be a URL like https://voice.example.com' });
const key = z
  .string()
  .regex(/^[A-Za-z0-9+/_-]+=*$/, 'must be base64')
  .transform((text) => Buffer.from(text, 'base64'))
  .refine(
    (bytes) => bytes.length === KEY_BYTES,
    `must be ${KEY_BYTES} bytes in base64: openssl rand -base64 ${KEY_BYTES}`,
  );
/** PKCS#8, as PEM or as the base64 of its DER. A line's end may be written `\\n`, where a variable has one line only. */
const ed25519Key = z.string().transform((text, context): KeyObject => {
  try {
    const parsed = text.includes('-----BEGIN')
      ? createPrivateKey(text.replaceAll('\\n', '\n'))
      : createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
    if (parsed.asymmetricKeyType === 'ed25519') return parsed;
  } catch {
    // OpenSSL's own words help nobody.
  }
  context.addIssue(
    'must be an Ed25519 private key as PEM, or its DER in base64: openssl genpkey -algorithm ed25519',
  );
  return z.NEVER;
});
const secret = z
  .string()
  .min(MIN_SECRET_CHARS, `must have at least ${MIN_SECRET_CHARS} characters: openssl rand -base64 48`)
  .refine((text) => !WELL_KNOWN.test(text), 'is a well-known example: choose one of your own');

/** `kid:secret,kid:secret`: the first signs, all verify, so that keys change without logging anyone out. */
const keyRing = z.string().transform((text, context) => {
  const keys = text.split(',').map((item) => {
    const [kid = '', ...rest] = item.trim().split(':');
    return { kid, secret: rest.join(':') };
  });
  for (const { kid, secret: value } of keys) {
    const checked = secret.safeParse(value);
    if (!kid) context.addIssue('must be kid:secret, separated by commas');
    if (!checked.success) context.addIssue(`the secret of "${kid}" ${checked.error.issues[0]?.message}`);
  }
  return keys;
});

const eventStoreUrl = z.string().superRefine((text, context) => {
  const problem = connectionStringProblem(text);
  if (problem !== undefined) context.addIssue(problem);
});

const environments = ['development', 'test', 'staging', 'production'] as const;

const wholeNumber = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(error).int(error).min(least, error).max(most, error);
};

/** Between commas. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

/** Every variable of the environment that the platform reads, with its default. `.env.example` describes each. */
export const environmentSchema = z.object({
  NODE_ENV: z.enum(environments, `must be one of ${environments.join(', ')}`).default('development'),
  HOST: z.string().default('0.0.0.0'),
  PORT: wholeNumber(0, 65_535).default(8000),
  PUBLIC_URL: httpUrl.optional(),
  WEBSOCKET_BASE_URL: z
    .url({ protocol: /^wss?$/, error: 'must be a URL like wss://voice.example.com' })
    .optional(),
  CORS_ORIGINS: list.default([]),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error'))
    .default('info'),

  DATA_DIR: z.string().min(1).default('data'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a URL like postgres://user:password@host/name' })
    .optional(),
  EVENTSTORE_URL: eventStoreUrl.optional(),
  LEDGERLINE_MASTER_KEY: key.optional(),
  LEDGERLINE_INDEX_KEY: key.optional(),
  SEAL_PRIVATE_KEY: ed25519Key.optional(),

  JWT_KEYS: keyRing.optional(),
  AUTH_ACCESS_TTL: wholeNumber(60, 86_400).default(900),

  TWILIO_AUTH_TOKEN: secret.optional(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/, 'must be AC and 32 hexadecimal digits, as in the Twilio console')
    .optional(),
  TWILIO_API_BASE_URL: httpUrl.optional(),
  UNKNOWN_NUMBER_SENTENCE: z.string().max(500).optional(),

  OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_BASE_URL: httpUrl.optional(),
  OPENAI_LANGUAGE_MODEL_API: z.enum(['chat', 'responses'], 'must be chat or responses').default('chat'),
  ANTHROPIC_API_KEY: z.string().min(1).optional(),
  ANTHROPIC_BASE_URL: httpUrl.optional(),
  COMPATIBLE_BASE_URL: httpUrl.optional(),
  COMPATIBLE_API_KEY: z.string().min(1).optional(),
  COMPATIBLE_LANGUAGE_MODEL: z.string().min(1).optional(),
  COMPATIBLE_THINKING_MODELS: list.default([]),
  DEEPGRAM_API_KEY: z.string().min(1).optional(),
  DEEPGRAM_BASE_URL: httpUrl.optional(),
  GOOGLE_APPLICATION_CREDENTIALS: z.string().min(1).optional(),
  GOOGLE_CLOUD_PROJECT: z.string().min(1).optional(),
  GOOGLE_SPEECH_ENDPOINT: httpUrl.optional(),
  GOOGLE_TEXT_TO_SPEECH_ENDPOINT: httpUrl.optional(),
  ELEVENLABS_API_KEY: z.string().min(1).optional(),
  ELEVENLABS_BASE_URL: httpUrl.optional(),
  CARTESIA_API_KEY: z.string().min(1).optional(),
  CARTESIA_BASE_URL: httpUrl.optional(),
  AI4BHARAT_STT_URL: httpUrl.optional(),
  AI4BHARAT_TTS_URL: z
    .url({ protocol: /^(https?|wss?)$/, error: 'must be a URL like ws://tts.example.com:8002' })
    .optional(),
  BHASHINI_API_KEY: z.string().min(1).optional(),
  BHASHINI_BASE_URL: httpUrl.optional(),
  DEFAULT_PROVIDER: z.string().min(1).optional(),

  QDRANT_URL: httpUrl.optional(),
  QDRANT_API_KEY: z.string().min(1).optional(),

  METRICS_TOKEN: secret.optional(),
  DRAIN_TIMEOUT_MS: wholeNumber(0, 3_600_000).default(25_000),
  MAX_CALLS: wholeNumber(0, 100_000).default(0),
  MAX_LOOP_LAG_MS: wholeNumber(0, 10_000).default(15),
  MAX_CPU_PERCENT: wholeNumber(0, 1_000).default(70),
  // A caller whose media hasn't come after two minutes is taken for gone.
  BUSY_WAIT_SECONDS: wholeNumber(0, 90).default(0),
});

export type Environment = z.infer<typeof environmentSchema>;

/** What may not be generated for a real installation: losing it loses data, or lets strangers in. */
const REQUIRED_IN_PRODUCTION = [
  'LEDGERLINE_MASTER_KEY',
  'LEDGERLINE_INDEX_KEY',
  'SEAL_PRIVATE_KEY',
  'JWT_KEYS',
  'TWILIO_AUTH_TOKEN',
  'PUBLIC_URL',
] as const;

/** Never printed: they'd stand in logs. */
const SECRETS = new Set([
  'DATABASE_URL',
  'EVENTSTORE_URL',
  'LEDGERLINE_MASTER_KEY',
  'LEDGERLINE_INDEX_KEY',
  'SEAL_PRIVATE_KEY',
  'JWT_KEYS',
  'TWILIO_AUTH_TOKEN',
  'METRICS_TOKEN',
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'COMPATIBLE_API_KEY',
  'DEEPGRAM_API_KEY',
  'ELEVENLABS_API_KEY',
  'CARTESIA_API_KEY',
  'BHASHINI_API_KEY',
  'QDRANT_API_KEY',
]);

const problemOf = (name: string, message: string, present: Readonly<Record<string, unknown>>): string =>
  SECRETS.has(name) ? `${name} ${message}` : `${name} ${message}, and is "${present[name]}"`;

/**
 * The environment, checked as a whole. An empty variable counts as missing. Throws `BAD_USER_INPUT` with every problem,
 * a line each.
 */
export const parseEnvironment = (variables: Readonly<Record<string, string | undefined>>): Environment => {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(present);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => problemOf(path.join('.'), message, present));
  if (present.DEFAULT_PROVIDER === 'openai' && present.OPENAI_API_KEY === undefined) {
    problems.push('DEFAULT_PROVIDER is openai, which needs OPENAI_API_KEY');
  }
  if (present.COMPATIBLE_BASE_URL !== undefined && present.COMPATIBLE_LANGUAGE_MODEL === undefined) {
    problems.push('COMPATIBLE_BASE_URL needs COMPATIBLE_LANGUAGE_MODEL: what the server calls its model');
  }
  if (present.QDRANT_API_KEY !== undefined && present.QDRANT_URL === undefined) {
    problems.push('QDRANT_API_KEY is set, which needs QDRANT_URL');
  }
  if (present.TWILIO_ACCOUNT_SID !== undefined && present.TWILIO_AUTH_TOKEN === undefined) {
    problems.push('TWILIO_ACCOUNT_SID is set, which needs TWILIO_AUTH_TOKEN');
  }
  if (present.NODE_ENV === 'production') {
    for (const name of REQUIRED_IN_PRODUCTION) {
      if (present[name] === undefined) problems.push(`${name} must be set in production`);
    }
  }
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    { problems },
  );
};
