import { existsSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const SUFFIX = '.test.ts';

/** A test's name without the end by which Jest knows it; `null`: it hasn't that end, or nothing before it. */
const stemOf = (file: string): string | null =>
  file.endsWith(SUFFIX) && basename(file) !== SUFFIX ? file.slice(0, -SUFFIX.length) : null;

/** The fixture beside a test; `null`: the file's name is none that Jest takes for a test. */
export const fixtureBeside = (testFile: string): string | null => {
  const stem = stemOf(testFile);
  return stem === null ? null : `${stem}.json`;
};

/** What a test imports: the checkout's code where there is one, so that it tests what is being changed. */
const replayModule = (): string => {
  const compiled = fileURLToPath(new URL('./fixture.js', import.meta.url));
  const source = compiled.replace(`${sep}dist${sep}src${sep}`, `${sep}src${sep}`);
  return existsSync(source.replace(/\.js$/, '.ts')) ? source : compiled;
};

/** A path as imports have it. */
const importPath = (fromDirectory: string, file: string): string => {
  const path = relative(fromDirectory, file).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
};

/** A Jest test of a call: it fails where the call would go otherwise than it did. */
export const testText = (callId: string, testFile: string, fixtureFile: string): string => {
  const directory = dirname(resolve(testFile));
  return `import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { firstDifferenceIn } from '${importPath(directory, replayModule())}';

it('${callId} gives the same events again', async () => {
  const fixture = await readFile(new URL('${importPath(directory, resolve(fixtureFile))}', import.meta.url), 'utf8');
  expect(firstDifferenceIn(fixture)).toBeNull();
});
`;
};
