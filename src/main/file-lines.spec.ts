import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ErrorCode } from '../domain/errors.js';
import { linesOf } from './file-lines.js';

const allOf = async (file: string): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const line of linesOf(file)) lines.push(line);
  return lines;
};

describe('the lines of a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ledgerline-lines-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const read = async (text: string): Promise<readonly string[]> => {
    const file = join(folder, 'file.jsonl');
    await writeFile(file, text);
    return allOf(file);
  };

  it('end where the file says so, and not at what somebody wrote', async () => {
    expect(await read('{"text":"one\u2028two\u2029three\u0085four"}\r\n\n{}')).toEqual([
      '{"text":"one\u2028two\u2029three\u0085four"}\r',
      '',
      '{}',
    ]);
    expect(await read('')).toEqual([]);
    expect(await read('{}\n')).toEqual(['{}']);
  });

  it('are whole where they are longer than what is read at once, within a character too', async () => {
    const lines = [`${'a'.repeat(65_535)}ü`, '🙂'.repeat(50_001), `b${'🙂'.repeat(50_001)}`];
    expect(await read(`${lines.join('\n')}\n`)).toEqual(lines);
  });

  it('are refused by name where the file is none', async () => {
    const nothing = join(folder, 'nothing.jsonl');
    for (const [file, reason] of [
      [nothing, 'ENOENT'],
      [folder, 'EISDIR'],
    ] as const) {
      await expect(allOf(file)).rejects.toMatchObject({
        code: ErrorCode.BAD_USER_INPUT,
        message: expect.stringMatching(new RegExp(`^The file ${file} can't be read \\(.*${reason}`)),
      });
    }
  });
});
