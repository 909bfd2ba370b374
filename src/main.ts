#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { asUnavailable } from './database/connection-lost.js';
import { AppError, messageOf } from './domain/errors.js';
import { addAuditCommands } from './main/audit/commands.js';
import { addBootstrapCommands } from './main/bootstrap-commands.js';
import { addObjectCommands } from './main/objects/commands.js';
import { printable } from './main/printable.js';
import { addProjectionCommands } from './main/projection-commands.js';
import { addReplayCommands } from './main/replay/commands.js';
import { parseRoles, roles } from './main/roles.js';
import { addSimulateCommand } from './main/simulate-command.js';
import { addTenantCommands } from './main/tenants/commands.js';
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
  .action(async (options: { roles: string }) => {
    const asked = parseRoles(options.roles);
    await (await import('./main/serve.js')).serve(asked);
  });

program
  .command('demo')
  .description('a call, end to end, on a platform of its own that is removed at the end')
  .action(async () => (await import('./main/demo/demo.js')).demo());

addBootstrapCommands(program);
addProjectionCommands(program);
addReplayCommands(program);
addAuditCommands(program);
addTenantCommands(program);
addObjectCommands(program);
addSimulateCommand(program);

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Who reads what is printed may have had enough of it, as `head` has.
    if (error.code === 'EPIPE') process.exit(0);
    // Or it's a file whose disk is full. Nothing more can be said where nobody hears it.
    if (stream !== process.stderr) {
      process.stderr.write(`What was to be printed can't be written (${messageOf(error)}).\n`);
    }
    process.exit(1);
  });
}

/** In it may be what somebody typed, or what stands in a file; some have several lines. */
const sentenceOf = (error: AppError): string => messageOf(error).split('\n').map(printable).join('\n');

const stackOf = (error: unknown): string => String((error instanceof Error && error.stack) || error);

try {
  await program.parseAsync();
} catch (error) {
  // A sentence for what we know; the stack only for what we don't.
  const told = asUnavailable('What is asked for', error);
  process.stderr.write(`${told instanceof AppError ? sentenceOf(told) : stackOf(told)}\n`);
  process.exitCode = 1;
}
