import type { Command } from 'commander';
import type { SimulateOptions } from './simulate.js';

/** `ledgerline simulate`: calls the platform as Twilio does. */
export const addSimulateCommand = (program: Command): void => {
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
    .option(
      '--person <status>',
      "what comes of dialing a person: completed (one who answers), busy, no-answer, failed or canceled; the scenario's where absent",
    )
    .option('--calls <n>', 'how many calls', '1')
    .option('--concurrency <m>', 'how many of them at a time; all where absent')
    .option('--json', 'everything that was measured, as JSON')
    .action(async (scenario: string | undefined, options: SimulateOptions) =>
      (await import('./simulate.js')).simulate(scenario, options),
    );
};
