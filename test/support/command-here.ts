import { Command } from 'commander';
import { AppError, messageOf } from '../../src/domain/errors.js';
import type { Ended, Variables, Workplace } from './command.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs a command in the test's own process, where it costs a tenth: for what it answers to many arguments. One test of
 * each command runs it as a process. `add` makes it known; paths are absolute. Throws what is no sentence for a user.
 * Two can't run at once: the environment and the outputs are the process's. `isTerminal`: its outputs are a terminal's of
 * 80 columns, and no pipes.
 */
export const runHere = async (
  workplace: Workplace,
  add: (program: Command) => void,
  args: readonly string[],
  variables: Variables = {},
  { isTerminal = false } = {},
): Promise<Ended> => {
  const program = new Command('ledgerline').exitOverride();
  add(program);
  const outputs = [catchOutput(process.stdout, isTerminal), catchOutput(process.stderr, isTerminal)] as const;
  const { env, exitCode } = process;
  const listeners = SIGNALS.map((signal) => process.listeners(signal));
  process.env = { ...workplace.variables, ...variables };
  process.exitCode = undefined;
  let refusal = '';
  let endedWith: typeof exitCode;
  try {
    await program.parseAsync([...args], { from: 'user' }).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      refusal = `${messageOf(error)}\n`;
    });
  } finally {
    endedWith = process.exitCode;
    process.exitCode = exitCode;
    process.env = env;
    for (const [at, signal] of SIGNALS.entries()) {
      const before = listeners[at] ?? [];
      for (const listener of process.listeners(signal)) {
        if (!before.includes(listener)) process.off(signal, listener);
      }
    }
    for (const { release } of outputs) release();
  }
  const [stdout, stderr] = outputs;
  return {
    exitCode: refusal ? 1 : Number(endedWith ?? 0),
    stdout: stdout.text(),
    stderr: stderr.text() + refusal,
  };
};

const COLUMNS = 80;

/** What is written from now on, until `release`. */
const catchOutput = (output: NodeJS.WriteStream, isTerminal: boolean) => {
  const { write, isTTY, columns } = output;
  let caught = '';
  output.isTTY = isTerminal;
  output.columns = COLUMNS;
  output.write = (chunk: string | Uint8Array): boolean => {
    caught += String(chunk);
    return true;
  };
  return {
    text: () => caught,
    release: () => {
      output.write = write;
      output.isTTY = isTTY;
      output.columns = columns;
    },
  };
};
