import { describe, expect, it } from '@jest/globals';
import { parseEnvironment } from '../config.js';
import { createProviders } from './providers.js';
import { welcomeText } from './welcome.js';

const welcomeWith = async (
  variables: Readonly<Record<string, string>>,
  demoPassword: string | null = 'sesame',
) => {
  const environment = parseEnvironment(variables);
  const providers = await createProviders(environment);
  const publicUrl = environment.PUBLIC_URL ?? 'http://127.0.0.1:8000';
  const address = { url: 'http://127.0.0.1:8000', publicUrl };
  return welcomeText({ ...address, storage: 'PostgreSQL', demoPassword, providers, environment });
};

describe('the welcome of `ledgerline serve`', () => {
  it('says that there is only the sandbox, and where the names of keys are', async () => {
    expect(await welcomeWith({})).toContain(`
  GraphQL     http://127.0.0.1:8000/graphql
  Storage     PostgreSQL
  Demo login  demo@ledgerline.example  sesame
  Providers   sandbox: no key, no network, no real speech. Keys of real ones go into the environment: .env.example.
  Lost calls  come back when Twilio asks;`);
  });

  it('says which providers there are for each stage of a call, the default first', async () => {
    const keys = { OPENAI_API_KEY: 'sk-key', DEEPGRAM_API_KEY: 'dg-key', ELEVENLABS_API_KEY: 'xi-key' };
    expect(await welcomeWith(keys)).toContain(`
  Providers   speech to text    openai, sandbox, deepgram
              language model    openai, sandbox
              text to speech    openai, sandbox, elevenlabs
              speech to speech  openai, sandbox
`);
  });

  it('has no login where there is none, and the webhooks where Twilio reaches them', async () => {
    const text = await welcomeWith({ PUBLIC_URL: 'https://voice.example.com' }, null);
    expect(text).not.toContain('login');
    expect(text).toContain('https://voice.example.com/webhooks/incoming-call\n');
  });
});
