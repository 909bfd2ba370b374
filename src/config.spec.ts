import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { environmentSchema, parseEnvironment } from './config.js';

const key = randomBytes(32).toString('base64');
const secret = randomBytes(32).toString('base64url');
const { privateKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const sealKey = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
const otherKey = generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://voice.example.com',
  LEDGERLINE_MASTER_KEY: key,
  LEDGERLINE_INDEX_KEY: key,
  SEAL_PRIVATE_KEY: sealKey,
  JWT_KEYS: `k1:${secret}`,
  TWILIO_AUTH_TOKEN: '0123456789abcdef0123456789abcdef',
};

const problemsOf = (variables: Record<string, string>): string[] => {
  try {
    parseEnvironment(variables);
    return [];
  } catch (error) {
    return (error as { details: { problems: string[] } }).details.problems;
  }
};

describe('the configuration', () => {
  it('needs nothing', () => {
    expect(parseEnvironment({})).toMatchObject({
      NODE_ENV: 'development',
      PORT: 8000,
      HOST: '0.0.0.0',
      LOG_LEVEL: 'info',
      DATA_DIR: 'data',
    });
  });

  it('wants the address of the Qdrant whose key it is given, and does not tell the key', () => {
    const problems = problemsOf({ QDRANT_API_KEY: 'very-secret' });
    expect(problems).toEqual(['QDRANT_API_KEY is set, which needs QDRANT_URL']);
    expect(problemsOf({ QDRANT_API_KEY: 'very-secret', QDRANT_URL: 'http://localhost:6333' })).toEqual([]);
  });

  it('takes an empty variable for a missing one', () => {
    expect(parseEnvironment({ PORT: '', DATABASE_URL: '', OPENAI_API_KEY: '' })).toMatchObject({
      PORT: 8000,
    });
  });

  it('tells every problem at once, each with its variable', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      PUBLIC_URL: 'voice',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://x',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(
      expect.arrayContaining(['PORT', 'PUBLIC_URL', 'LOG_LEVEL', 'DATABASE_URL']),
    );
    expect(problems).toHaveLength(4);
    expect(problems).toContain('LOG_LEVEL must be debug, info, warn or error, and is "loud"');
  });

  it('does not print a secret that is wrong', () => {
    const text = problemsOf({
      TWILIO_AUTH_TOKEN: 'a-token',
      DATABASE_URL: 'mysql://me:hidden@host/x',
      EVENTSTORE_URL: 'esdb://me:hidden@host?tls=false',
    }).join();
    expect(text).toContain('TWILIO_AUTH_TOKEN');
    expect(text).toContain('EVENTSTORE_URL');
    expect(text).not.toMatch(/a-token|hidden/);
  });

  it('generates nothing in production', () => {
    expect(parseEnvironment(production)).toMatchObject({ NODE_ENV: 'production' });
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([
      'LEDGERLINE_MASTER_KEY must be set in production',
      'LEDGERLINE_INDEX_KEY must be set in production',
      'SEAL_PRIVATE_KEY must be set in production',
      'JWT_KEYS must be set in production',
      'TWILIO_AUTH_TOKEN must be set in production',
      'PUBLIC_URL must be set in production',
    ]);
  });

  it.each([
    ['a short secret', { JWT_KEYS: 'k1:short' }, /the secret of "k1" must have at least 32 characters/],
    [
      'a well-known secret',
      { JWT_KEYS: `k1:${'changeme'.repeat(5)}` },
      /the secret of "k1" is a well-known example/,
    ],
    ['a short token', { TWILIO_AUTH_TOKEN: 'abc' }, /TWILIO_AUTH_TOKEN must have at least 32 characters/],
    [
      'an account of Twilio without its token',
      { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: '' },
      /TWILIO_ACCOUNT_SID is set, which needs TWILIO_AUTH_TOKEN/,
    ],
    ['an account that is none', { TWILIO_ACCOUNT_SID: 'AC1' }, /TWILIO_ACCOUNT_SID must be AC and 32/],
    ['a short key', { LEDGERLINE_MASTER_KEY: 'abcd' }, /LEDGERLINE_MASTER_KEY must be 32 bytes in base64/],
    [
      'a key that is no base64',
      { LEDGERLINE_INDEX_KEY: 'not a key!' },
      /LEDGERLINE_INDEX_KEY must be base64/,
    ],
    [
      'a seal key that is none',
      { SEAL_PRIVATE_KEY: key },
      /^SEAL_PRIVATE_KEY must be an Ed25519 private key/,
    ],
    [
      'another kind of key',
      { SEAL_PRIVATE_KEY: otherKey },
      /^SEAL_PRIVATE_KEY must be an Ed25519 private key/,
    ],
    [
      'a server of voices without its protocol',
      { AI4BHARAT_TTS_URL: 'tts.internal:8002' },
      /^AI4BHARAT_TTS_URL must be a URL like ws:/,
    ],
    ['an EventStoreDB without its protocol', { EVENTSTORE_URL: 'http://db:2113' }, /EVENTSTORE_URL must be/],
    [
      'a provider without its key',
      { DEFAULT_PROVIDER: 'openai' },
      /DEFAULT_PROVIDER is openai, which needs OPENAI_API_KEY/,
    ],
    [
      "a compatible server without its model's name",
      { COMPATIBLE_BASE_URL: 'http://localhost:11434/v1' },
      /COMPATIBLE_BASE_URL needs COMPATIBLE_LANGUAGE_MODEL/,
    ],
    [
      'an API that OpenAI has not',
      { OPENAI_LANGUAGE_MODEL_API: 'completions' },
      /OPENAI_LANGUAGE_MODEL_API must be chat or responses/,
    ],
  ])('refuses %s', (_, change, message) => {
    expect(problemsOf({ ...production, ...change }).join('\n')).toMatch(message);
  });

  it('signs with the first key of the ring, and knows them all', () => {
    const { JWT_KEYS } = parseEnvironment({ ...production, JWT_KEYS: `new:${secret},old:${secret}x` });
    expect(JWT_KEYS).toEqual([
      { kid: 'new', secret },
      { kid: 'old', secret: `${secret}x` },
    ]);
  });

  it.each([
    ['base64', sealKey],
    ['PEM', pem],
    ['PEM in one line', pem.replaceAll('\n', '\\n')],
  ])('takes the seal key as %s', (_, SEAL_PRIVATE_KEY) => {
    expect(parseEnvironment({ SEAL_PRIVATE_KEY }).SEAL_PRIVATE_KEY?.equals(privateKey)).toBe(true);
  });

  it('is described in .env.example, variable by variable', () => {
    const example = readFileSync('.env.example', 'utf8');
    const described = [...example.matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(described.sort()).toEqual(Object.keys(environmentSchema.shape).sort());
    const given = Object.fromEntries(
      [...example.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(parseEnvironment(given)).toEqual(parseEnvironment({}));
  });
});
