import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, ErrorCode } from '../domain/errors.js';
import { unwritable, writeNew } from './new-file.js';

describe('a new file', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ledgerline-new-file-'));
    file = join(directory, 'out.jsonl');
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function* texts(error?: Error): AsyncIterable<string> {
    yield 'first\n';
    // More than is written at once.
    yield 'x'.repeat(300_000);
    if (error) throw error;
    yield '\nlast\n';
  }

  it('has all that was said, with the mode that was asked for, and is not written over', async () => {
    await writeNew(file, texts(), { mode: 0o600 });
    expect(await readFile(file, 'utf8')).toBe(`first\n${'x'.repeat(300_000)}\nlast\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(writeNew(file, texts())).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/ can't be written \(EEXIST.*\): name a new file in a directory/),
    });
  });

  it('is not left behind where it is not whole', async () => {
    const stopped = new AppError(ErrorCode.UNAVAILABLE, 'Stopped before the end.');
    await expect(writeNew(file, texts(stopped))).rejects.toBe(stopped);
    expect(await readdir(directory)).toEqual([]);
  });

  it('says what to do where the disk is full', () => {
    const { message } = unwritable('a.jsonl', new Error('ENOSPC: no space left on device, write'));
    expect(message).toBe(
      "a.jsonl can't be written (ENOSPC: no space left on device, write): make room there, or name a file on another disk.",
    );
  });
});
