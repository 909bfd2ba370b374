import type { Environment } from '../config.js';
import type { Capability, Providers } from '../providers/registry.js';
import { capabilityNames } from '../providers/service.js';
import { DEMO_EMAIL } from './demo-login.js';

export interface Welcome {
  /** `http://127.0.0.1:8000`. */
  readonly url: string;
  /** As Twilio reaches it. */
  readonly publicUrl: string;
  /** What the storage is, in words. */
  readonly storage: string;
  /** `null`: there is no demo login. */
  readonly demoPassword: string | null;
  readonly providers: Providers;
  readonly environment: Pick<Environment, 'PUBLIC_URL' | 'TWILIO_ACCOUNT_SID'>;
}

type Line = readonly [name: string, value: string];

/** What `ledgerline serve` says on the terminal once it runs: where it is, what it has, and what would give it more. */
export const welcomeText = (welcome: Welcome): string => {
  const { url, publicUrl, storage, demoPassword, providers, environment } = welcome;
  const lines: readonly Line[] = [
    ['GraphQL', `${url}/graphql`],
    ['Storage', storage],
    ...(demoPassword === null ? [] : [['Demo login', `${DEMO_EMAIL}  ${demoPassword}`] as const]),
    ...providerLines(providers),
    [
      'Lost calls',
      environment.TWILIO_ACCOUNT_SID
        ? "brought back by Twilio's REST API"
        : 'come back when Twilio asks; set TWILIO_ACCOUNT_SID to bring them back by its REST API, too.',
    ],
  ];
  const table = tableOf('  ', lines);
  return `\nLedgerline is running.\n\n${table}\n\n${twilioHelp(environment.PUBLIC_URL, publicUrl)}\n`;
};

const tableOf = (margin: string, lines: readonly Line[]): string => {
  const width = 2 + Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${margin}${name.padEnd(width)}${value}`).join('\n');
};

/** The stages of a call. */
const STAGES = [
  'speechToText',
  'languageModel',
  'textToSpeech',
  'speechToSpeech',
] as const satisfies Capability[];

/** Who can do what, the default of new agents first. */
const providerLines = (providers: Providers): readonly Line[] => {
  const stages = STAGES.map((stage): Line => [capabilityNames[stage], providers.names(stage).join(', ')]);
  if (stages.every(([, names]) => names === 'sandbox')) {
    const keys = 'Keys of real ones go into the environment: .env.example.';
    return [['Providers', `sandbox: no key, no network, no real speech. ${keys}`]];
  }
  const rows = tableOf('', stages).split('\n');
  return rows.map((row, n): Line => [n === 0 ? 'Providers' : '', row]);
};

const twilioHelp = (configured: string | undefined, publicUrl: string): string =>
  configured
    ? `  To answer a Twilio number, set its voice webhook (POST) to\n    ${publicUrl}/webhooks/incoming-call\n  and its status callback to\n    ${publicUrl}/webhooks/call-status\n`
    : `  To answer a Twilio number, set
    PUBLIC_URL         the https address that reaches this port (a tunnel will do)
    TWILIO_AUTH_TOKEN  your account's, from the Twilio console
  start again, and set the number's voice webhook (POST) to <PUBLIC_URL>/webhooks/incoming-call.
`;
