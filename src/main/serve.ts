import { reasonOf } from '../domain/errors.js';
import { DEMO_EMAIL, ensureDemoLogin } from './demo-login.js';
import { onInterrupt } from './interrupt.js';
import type { Role } from './roles.js';
import { type Installation, openInstallation, type Running, run } from './run.js';

/** `ledgerline serve`: runs until it's told to stop; a second signal doesn't wait. */
export const serve = async (roles: ReadonlySet<Role>): Promise<void> => {
  const installation = await openInstallation(process.env);
  const running = await run(installation, roles);
  const isProduction = installation.environment.NODE_ENV === 'production';
  if (!isProduction) await ensureDemoLogin(running.platform.users, installation.secrets.demoPassword);
  process.stdout.write(welcome(running, installation));

  onInterrupt((signal) => {
    installation.logger.info({ signal }, 'Stopping.');
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        installation.logger.error({ error: reasonOf(error) }, 'The stop failed.');
        process.exit(1);
      },
    );
  });
};

const welcome = ({ platform, storage }: Running, { environment, secrets }: Installation): string => {
  const lines: [string, string][] = [
    ['GraphQL', `${platform.url}/graphql`],
    ['Storage', storage.description],
  ];
  if (environment.NODE_ENV !== 'production') {
    lines.push(['Demo login', `${DEMO_EMAIL}  ${secrets.demoPassword}`]);
  }
  const providers = environment.OPENAI_API_KEY
    ? 'openai, sandbox'
    : 'sandbox: no key, no network, no real speech. Set OPENAI_API_KEY for real models.';
  lines.push(['Providers', providers]);
  const table = lines.map(([name, value]) => `  ${name.padEnd(12)}${value}`).join('\n');
  return `\nLedgerline is running.\n\n${table}\n\n${twilioHelp(environment.PUBLIC_URL, platform.publicUrl)}\n`;
};

const twilioHelp = (configured: string | undefined, publicUrl: string): string =>
  configured
    ? `  To answer a Twilio number, set its voice webhook (POST) to\n    ${publicUrl}/webhooks/incoming-call\n  and its status callback to\n    ${publicUrl}/webhooks/call-status\n`
    : `  To answer a Twilio number, set
    PUBLIC_URL         the https address that reaches this port (a tunnel will do)
    TWILIO_AUTH_TOKEN  your account's, from the Twilio console
  start again, and set the number's voice webhook (POST) to <PUBLIC_URL>/webhooks/incoming-call.
`;
