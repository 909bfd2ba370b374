import type { Command } from 'commander';

/** `ledgerline objects …`: the object store beside the database. */
export const addObjectCommands = (program: Command): void => {
  program
    .command('objects')
    .description('the object store beside the database')
    .command('adopt')
    .description(
      "take what is in DATA_DIR/objects for the database's own, where the files that were are lost",
    )
    .action(async () => (await import('./adopt.js')).adoptObjects());
};
