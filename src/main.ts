#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { asUnavailable } from './database/connection-lost.js';
import { AppError, messageOf } from './domain/errors.js';
import { addAuditCommands } from './main/audit/commands.js';
import { addReplayCommands } from './main/replay/commands.js';
import { parseRoles, roles } from './main/roles.js';
import { addSimulateCommand } from './main/simulate-command.js';
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
  .option('--earlier <version>', 'what is left of an earlier version, once no process of it runs')
  .description('drop what a rebuild left beside the live tables')
  .action(async (name: string, options: { earlier?: string }) =>
    (await operate()).dropProjection(name, options),
  );

addReplayCommands(program);
addAuditCommands(program);
addTenantCommands(program);
addSimulateCommand(program);

// Who reads what is printed may have had enough of it, as `head` has.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

try {
  await program.parseAsync();
} catch (error) {
  // A sentence for what we know; the stack only for what we don't.
  const told = asUnavailable('What is asked for', error);
  const known = told instanceof AppError;
  process.stderr.write(`${known ? messageOf(told) : told instanceof Error ? told.stack : String(told)}\n`);
  process.exitCode = 1;
}
