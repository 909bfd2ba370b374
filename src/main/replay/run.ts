import { readFile } from 'node:fs/promises';
import { AppError, ErrorCode, messageOf } from '../../domain/errors.js';
import { sentenceOf } from '../../replay/fixture/difference.js';
import { parseFixture } from '../../replay/fixture/fixture.js';
import type { ReplayedAttempt } from '../../replay/fixture/replay-fixture.js';
import { counted } from '../output.js';
import { printable } from '../printable.js';
import { replayTwice } from './fixture.js';

/** `ledgerline replay run <file>`: needs no ledger. A difference is the exit code 1. */
export const runFixture = async (file: string): Promise<void> => {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `${file} can't be read (${messageOf(cause)}).`,
      {},
      { cause },
    );
  });
  const fixture = parseFixture(text);
  const { events, attempts, difference } = replayTwice(fixture);
  process.stdout.write(
    `${printable(fixture.callId)}\n${attempts.map((attempt) => `  ${lineOf(attempt)}\n`).join('')}`,
  );
  if (difference) {
    process.stdout.write(`Different. ${printable(sentenceOf(difference))}\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(`Equal, twice: ${counted(events, 'event')}.\n`);
  }
};

const lineOf = ({ attempt, missing, inputs, cut }: ReplayedAttempt): string => {
  const stream = `media stream ${attempt}`;
  if (missing === 'not stored') {
    return `${stream}: its worker stored no trace, so that its events went through the decider only`;
  }
  if (missing === 'not found') {
    return `${stream}: its trace wasn't found, so that its events went through the decider only`;
  }
  return `${stream}: ${counted(inputs, 'input')}${cut ? ', and more that the trace had no room for' : ''}`;
};
