#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { AppError, messageOf } from './domain/errors.js';
import { bootstrapSuperadmin } from './main/bootstrap.js';
import { rebuildProjections } from './main/rebuild-projections.js';
import { parseRoles, roles } from './main/roles.js';
import { serve } from './main/serve.js';
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

program
  .command('projections')
  .description('the read models')
  .command('rebuild')
  .argument('[name]', 'one of them; all where absent')
  .description('fill new tables from the ledger and switch to them, while reads and writes go on')
  .action((name: string | undefined) => rebuildProjections(name));

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
