import type { Command } from 'commander';

// A command loads what it needs when it's called: the whole program takes a second.
const operate = () => import('./operate-projections.js');

/** `ledgerline projections …`: what operators do with the read models. */
export const addProjectionCommands = (program: Command): void => {
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
    .argument('[name]', 'one of them; all that are held where absent')
    .description('switch to what a rebuild left beside the live tables')
    .action(async (name: string | undefined) => (await operate()).promoteProjections(name));

  readModels
    .command('drop')
    .argument('[name]', 'one of them; all that are held where absent')
    .option('--earlier <version>', 'what is left of an earlier version, once no process of it runs')
    .description('drop what a rebuild left beside the live tables')
    .action(async (name: string | undefined, options: { earlier?: string }) =>
      (await operate()).dropProjections(name, options),
    );
};
