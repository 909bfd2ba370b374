#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { AppError, messageOf } from './domain/errors.js';
import { addAuditCommands } from './main/audit/commands.js';
import { addReplayCommands } from './main/replay/commands.js';
import { parseRoles, roles } from './main/roles.js';
import type { SimulateOptions } from './main/simulate.js';
import { addTenantCommands } from './main/tenants/commands.js';
import { version } from './main/version.js';

// A command loads what it needs when it's called: the whole program takes a second.
const operate = () => import('./main/operate-projections.js');

// What the environment says already stays.
if (existsSync('.env')) process.loadEnvFile('.env');

const program = new Command('ledgerline')
  .description('An event-sourced, multi-tenant voice-agent platform.')
  .version(version);

program
  .command('serve')
  .description('run the platform until it is told to stop')
  .option('--roles <list>', 'what this process does', roles.join(','))
  .action(async (options: { roles: string }) => {
    const asked = parseRoles(options.roles);
    await (await import('./main/serve.js')).serve(asked);
  });

program
  .command('demo')
  .description('a call, end to end, on a platform of its own that is removed at the end')
  .action(async () => (await import('./main/demo/demo.js')).demo());

program
  .command('bootstrap')
  .description('make what nobody could make through the API')
  .command('superadmin')
  .description('make a superadmin; each option may stand in the environment instead')
  .option('--email <email>', 'SUPERADMIN_EMAIL', process.env.SUPERADMIN_EMAIL)
  .option(
    '--password <password>',
    'SUPERADMIN_PASSWORD: 8 characters or more',
    process.env.SUPERADMIN_PASSWORD,
  )
  .option('--name <name>', 'SUPERADMIN_NAME: first and last', process.env.SUPERADMIN_NAME ?? 'Super Admin')
  .action(async (options: { email?: string; password?: string; name: string }) => {
    const { email, password, name } = options;
    if (!email || !password) return program.error('bootstrap superadmin needs --email and --password.');
    const [firstName = '', ...rest] = name.split(' ');
    const { bootstrapSuperadmin } = await import('./main/bootstrap.js');
    await bootstrapSuperadmin({ email, password, firstName, lastName: rest.join(' ') });
  });

const readModels = program.command('projections').description('the read models');

readModels
  .command('status')
  .description('how far behind the ledger each one is, and what it leaves out')
  .action(async () => (await operate()).showProjections());

readModels
  .command('rebuild')
  .argument('[name]', 'one of them; all where absent')
  .option('--hold', 'leave the new tables beside the live ones, until they are promoted or dropped')
  .description('fill new tables from the ledger and switch to them, while reads and writes go on')
  .action(async (name: string | undefined, options: { hold?: boolean }) =>
    (await operate()).rebuildProjections(name, options),
  );

readModels
  .command('promote')
  .argument('<name>')
  .description('switch to what a rebuild left beside the live tables')
  .action(async (name: string) => (await operate()).promoteProjection(name));

readModels
  .command('drop')
  .argument('<name>')
  .description('drop what a rebuild left beside the live tables')
  .action(async (name: string) => (await operate()).dropProjection(name));

addReplayCommands(program);
addAuditCommands(program);
addTenantCommands(program);

program
  .command('simulate')
  .description('call the platform as Twilio does, and measure it from outside')
  .argument('[scenario]', 'a JSON file: what the caller does, and what must come of it')
  .option('--url <url>', 'where the platform is reached', 'http://localhost:8000')
  .option('--public-url <url>', "the platform's PUBLIC_URL, where that differs: it's what Twilio signs")
  .option('--to <number>', "the number to call; the scenario's where absent")
  .option('--from <number>', "the caller's number")
  .option(
    '--auth-token <token>',
    "TWILIO_AUTH_TOKEN; where both are absent, the one in DATA_DIR's secrets.json",
  )
  .option('--audio <file>', 'in place of a scenario: what the caller says, as WAV or raw mu-law')
  .option('--record <file>', 'a WAV file of both sides: the caller left, the agent right')
  .option('--calls <n>', 'how many calls', '1')
  .option('--concurrency <m>', 'how many of them at a time; all where absent')
  .option('--json', 'everything that was measured, as JSON')
  .action(async (scenario: string | undefined, options: SimulateOptions) =>
    (await import('./main/simulate.js')).simulate(scenario, options),
  );

try {
  await program.parseAsync();
} catch (error) {
  // A sentence for what we know; the stack only for what we don't.
  const known = error instanceof AppError;
  process.stderr.write(
    `${known ? messageOf(error) : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
}
