import type { Command } from 'commander';
import type { ReplayOptions } from './call.js';
import type { ReplayExportOptions } from './export.js';

const CALL = 'as call_01h455vb4pex5vsknk084sn02q, or its CallSid';

/** `ledgerline replay …`: the ledger, told again. */
export const addReplayCommands = (program: Command): void => {
  const replay = program.command('replay').description('the ledger, told again');
  replay
    .command('call')
    .argument('<id>', CALL)
    .option('--at <moment>', 'up to a revision, or a time in ISO 8601')
    .option('--follow', 'go on until the call ends')
    .description('what happened in a call, line by line')
    .action(async (id: string, options: ReplayOptions) =>
      (await import('./call.js')).replayCall(id, options),
    );
  replay
    .command('export')
    .argument('<call>', CALL)
    .option('--out <file>', 'a new file; the standard output where absent')
    .option('--test <file.test.ts>', 'a new Jest test, with the fixture beside it')
    .description('a call as a fixture: its events, and what came into its conversation, in plain text')
    .action(async (id: string, options: ReplayExportOptions) =>
      (await import('./export.js')).exportCall(id, options),
    );
  replay
    .command('run')
    .argument('<file>', 'what export wrote')
    .description('play a call again, and name the first event that is another one than the ledger has')
    .action(async (file: string) => (await import('./run.js')).runFixture(file));
};
