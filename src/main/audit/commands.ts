import type { Command } from 'commander';
import type { TrailCommand } from './records.js';
import type { VerifyCommand } from './verify.js';

// A command loads what it needs when it's called: the whole program takes a second.
const records = () => import('./records.js');

const AT = 'up to a revision, or a time in ISO 8601';
const STREAM = 'as call-<tenant>_<id>: the trail names them';

const listed = (value: string, others: readonly string[]): readonly string[] => [...others, value];

/** `ledgerline audit …`: what the ledger records, and whether it is what it was. */
export const addAuditCommands = (program: Command): void => {
  const audit = program
    .command('audit')
    .description('what the ledger records, and whether it is what it was');
  addRecordCommands(audit);
  addSealCommands(audit);
};

const addRecordCommands = (audit: Command): void => {
  audit
    .command('trail')
    .description('who did what, the newest at the bottom')
    .option('--tenant <id>', 'of one tenant')
    .option('--actor <id>', 'by a user, a process, a carrier')
    .option('--stream <name>', STREAM)
    .option(
      '--type <type>',
      'of this type of event, as SubjectErased; may be given several times',
      listed,
      [],
    )
    .option('--correlation <id>', 'caused by one request or call')
    .option('--since <time>', 'stored at that time or later, in ISO 8601')
    .option('--until <time>', 'stored before that time')
    .option('--before <position>', 'the page before: what is told where there is more')
    .option('--limit <count>', 'so many lines, 100 at most', '50')
    .action(async (options: TrailCommand) => (await records()).showTrail(options));
  audit
    .command('correlation')
    .argument('<id>', "a request's or a call's")
    .description('what a request or a call caused, each command and event beneath what caused it')
    .action(async (id: string) => (await import('./correlation.js')).showCorrelation(id));
  audit
    .command('stream')
    .argument('<name>', STREAM)
    .option('--at <moment>', AT)
    .description("a stream's events, with their fields: in a pipe a line each, ending in JSON")
    .action(async (name: string, options: { at?: string }) => (await records()).showStream(name, options));
  audit
    .command('state')
    .argument('<stream>', STREAM)
    .option('--at <moment>', AT)
    .description('what was so, as the deciders and the read models see it')
    .action(async (stream: string, options: { at?: string }) => (await records()).showState(stream, options));
  audit
    .command('diff')
    .argument('<stream>', STREAM)
    .argument('<from>', 'a revision, or a time')
    .argument('<to>', 'a revision, or a time')
    .description('what became different in between')
    .action(async (stream: string, from: string, to: string) => (await records()).showDiff(stream, from, to));
};

const addSealCommands = (audit: Command): void => {
  audit
    .command('verify')
    .description('read the ledger again, compare it with its seals, and name the first event that differs')
    .option('--from <position>', "from the seal that covers it; the ledger's beginning where absent")
    .option('--to <position>', "to the seal that covers it; the ledger's end where absent")
    .option('--file <export.jsonl>', 'an exported file in place of the ledger: needs neither')
    .option(
      '--public-key <file|base64>',
      "whose seals count; the installation's own where absent, several after a change of keys",
      listed,
      [],
    )
    .action(async (options: VerifyCommand) => (await import('./verify.js')).verifyAudit(options));
  audit
    .command('export')
    .argument('<file>', 'a new file: JSON, a line for each event')
    .description('write the ledger as stored into a file that can be verified anywhere')
    .option('--tenant <id>', "this tenant's events; of the others the hashes only")
    .action(async (file: string, { tenant }: { tenant?: string }) =>
      (await import('./export.js')).exportAudit(file, tenant ?? null),
    );
  audit
    .command('key')
    .description('print the public key that seals are verified with')
    .action(async () => (await import('./seal-key.js')).printSealKey());
};
