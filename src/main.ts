#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { AppError, messageOf } from './domain/errors.js';
import { addAuditCommands } from './main/audit/commands.js';
import { bootstrapSuperadmin } from './main/bootstrap.js';
import { demo } from './main/demo/demo.js';
import {
  dropProjection,
  promoteProjection,
  rebuildProjections,
  showProjections,
} from './main/operate-projections.js';
import { type ReplayOptions, replayCall } from './main/replay-call.js';
import { parseRoles, roles } from './main/roles.js';
import { serve } from './main/serve.js';
import { type SimulateOptions, simulate } from './main/simulate.js';
import { version } from './main/version.js';

// What the environment says already stays.
if (existsSync('.env')) process.loadEnvFile('.env');

const program = new Command('ledgerline')
  .description('An event-sourced, multi-tenant voice-agent platform.')
  .version(version);

program
  .command('serve')
  .description('run the platform until it is told to stop')
  .option('--roles <list>', 'what this process does', roles.join(','))
  .action((options: { roles: string }) => serve(parseRoles(options.roles)));

program
  .command('demo')
  .description('a call, end to end, on a platform of its own that is removed at the end')
  .action(() => demo());

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
  .action((options: { email?: string; password?: string; name: string }) => {
    const { email, password, name } = options;
    if (!email || !password) return program.error('bootstrap superadmin needs --email and --password.');
    const [firstName = '', ...rest] = name.split(' ');
    return bootstrapSuperadmin({ email, password, firstName, lastName: rest.join(' ') });
  });

const readModels = program.command('projections').description('the read models');

readModels
  .command('status')
  .description('how far behind the ledger each one is, and what it leaves out')
  .action(() => showProjections());

readModels
  .command('rebuild')
  .argument('[name]', 'one of them; all where absent')
  .option('--hold', 'leave the new tables beside the live ones, until they are promoted or dropped')
  .description('fill new tables from the ledger and switch to them, while reads and writes go on')
  .action((name: string | undefined, options: { hold?: boolean }) => rebuildProjections(name, options));

readModels
  .command('promote')
  .argument('<name>')
  .description('switch to what a rebuild left beside the live tables')
  .action((name: string) => promoteProjection(name));

readModels
  .command('drop')
  .argument('<name>')
  .description('drop what a rebuild left beside the live tables')
  .action((name: string) => dropProjection(name));

program
  .command('replay')
  .description('the ledger, told again')
  .command('call')
  .argument('<id>', 'as call_01h455vb4pex5vsknk084sn02q')
  .option('--at <moment>', 'up to a revision, or a time in ISO 8601')
  .option('--follow', 'go on until the call ends')
  .description('what happened in a call, line by line')
  .action((id: string, options: ReplayOptions) => replayCall(id, options));

addAuditCommands(program);

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
  .action((scenario: string | undefined, options: SimulateOptions) => simulate(scenario, options));

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
