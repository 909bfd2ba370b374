import { open } from 'node:fs/promises';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';

/**
 * A text file's lines, without their ends: only `\n` is one. Node.js's own `readLines` also ends a line at U+2028 and U+2029
 * (from 22.15 on), which JSON leaves as they are within what somebody wrote. Throws `BAD_USER_INPUT`, whether the file can't
 * be opened or stops in its middle.
 */
export async function* linesOf(file: string): AsyncIterable<string> {
  const unreadable = (cause: unknown) =>
    new AppError(
      ErrorCode.BAD_USER_INPUT,
      `The file ${file} can't be read (${messageOf(cause)}).`,
      {},
      { cause },
    );
  const handle = await open(file).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  const chunks = handle.createReadStream({ encoding: 'utf8' })[Symbol.asyncIterator]();
  let begun: string[] = [];
  try {
    for (;;) {
      const next = await chunks.next().catch((cause: unknown) => {
        throw unreadable(cause);
      });
      if (next.done) break;
      const [first = '', ...others] = String(next.value).split('\n');
      begun.push(first);
      for (const other of others) {
        yield begun.join('');
        begun = [other];
      }
    }
    const last = begun.join('');
    if (last !== '') yield last;
  } finally {
    await handle.close();
  }
}
