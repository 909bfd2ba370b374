import { rm, writeFile } from 'node:fs/promises';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { ERASED, MISSING } from '../../ledger/event-files.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import { printFixture } from '../../replay/fixture/fixture.js';
import { makeFixture } from '../../replay/fixture/make-fixture.js';
import { openTrace } from '../../voice/trace/trace-object.js';
import { findInstallation } from '../installation.js';
import { unwritable } from '../new-file.js';
import { openRecords } from '../open-records.js';
import { notedCall } from './noted-call.js';
import { fixtureBeside, testText } from './test-file.js';

export interface ReplayExportOptions {
  /** A new file; the standard output where absent. */
  readonly out?: string;
  /** A new test, with its fixture beside it. */
  readonly test?: string;
}

/** `ledgerline replay export <call>`: a call as a fixture, or as a test with its fixture. It overwrites nothing. */
export const exportCall = async (id: string, { out, test }: ReplayExportOptions): Promise<void> => {
  const fixtureFile = out ?? (test === undefined ? undefined : besideTest(test));
  const { callId, text } = await fixtureOf(id);
  if (fixtureFile === undefined) {
    process.stdout.write(text);
    return;
  }
  const fixture = { file: fixtureFile, text };
  if (test === undefined) await writeNew([fixture]);
  else await writeNew([fixture, { file: test, text: testText(callId, test, fixtureFile) }]);
  process.stdout.write(`${callId} is in ${fixtureFile}: it has what was said, in plain text.\n`);
  if (test !== undefined) process.stdout.write(`${test} replays it.\n`);
};

const fixtureOf = async (id: string): Promise<{ readonly callId: string; readonly text: string }> => {
  const storage = await openRecords(await findInstallation(process.env));
  try {
    const { ledger, objects } = storage;
    const { callId, stream } = await notedCall(storage, id);
    const records = await ledger.readStream(stream);
    if (records.some(isErased)) throw erased(callId);
    const fixture = await makeFixture(callId, records, async (stored) => {
      const trace = await openTrace(objects, ledger.keys, stream, stored);
      if (trace === ERASED) throw erased(callId);
      return trace === MISSING ? null : trace;
    });
    return { callId, text: printFixture(fixture) };
  } finally {
    await storage.close();
  }
};

/** Numbers are there from the first event on, until they are erased. */
const isErased = ({ type, data }: LedgerRecord): boolean =>
  (type === 'CallReceived' || type === 'CallRejected') && data.from === null;

const erased = (callId: string): AppError =>
  new AppError(
    ErrorCode.NOT_FOUND,
    `${callId} was erased: what was said in it and its traces can't be opened any more, so it can't be replayed.`,
  );

const besideTest = (test: string): string => {
  const file = fixtureBeside(test);
  if (file !== null) return file;
  throw new AppError(ErrorCode.BAD_USER_INPUT, `--test must name a file as refund.test.ts, not "${test}".`);
};

interface NewFile {
  readonly file: string;
  readonly text: string;
}

/** All of them or none, for their owner only: no text is written before each file is made, since one has what a caller said. */
const writeNew = async (files: readonly NewFile[]): Promise<void> => {
  const made: string[] = [];
  try {
    for (const { file } of files) {
      await writeOrRefuse(file, '', { flag: 'wx', mode: 0o600 });
      made.push(file);
    }
    for (const { file, text } of files) await writeOrRefuse(file, text, { flush: true });
  } catch (error) {
    await Promise.all(made.map((file) => rm(file, { force: true })));
    throw error;
  }
};

const writeOrRefuse = async (
  file: string,
  text: string,
  options: { readonly flag?: 'wx'; readonly mode?: number; readonly flush?: boolean },
): Promise<void> => {
  try {
    await writeFile(file, text, options);
  } catch (cause) {
    throw unwritable(file, cause);
  }
};
