import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';

const run = promisify(execFile);
const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

interface Copy {
  readonly from: readonly string[];
  readonly to: string;
}

/** What each stage of the Dockerfile copies, in its order. */
const stagesOf = (dockerfile: string): readonly (readonly Copy[])[] =>
  dockerfile.split(/^FROM .*$/m).map((stage) =>
    [...stage.matchAll(/^COPY (?:--from=build )?(.+) (\S+)$/gm)].map(([, from = '', to = '']) => ({
      from: from.split(' '),
      to,
    })),
  );

/** Docker's patterns, as far as ours go: a path, or the end of a name anywhere. */
const isIgnored = (patterns: readonly string[], path: string): boolean =>
  patterns.some((pattern) =>
    pattern.startsWith('**/*')
      ? path.endsWith(pattern.slice(4))
      : path === pattern || path.startsWith(`${pattern}/`),
  );

const copyAll = async (copies: readonly Copy[], from: string, to: string, ignored: readonly string[]) => {
  for (const copy of copies) {
    for (const path of copy.from.map((name) => name.replace('/app/', ''))) {
      const target = copy.to === './' ? path : copy.to;
      if (path === 'node_modules') continue;
      await cp(join(from, path), join(to, target), {
        recursive: true,
        filter: (source) => !isIgnored(ignored, relative(from, source)),
      });
    }
  }
};

// Without Docker: its steps by hand, on this checkout's packages in place of an `npm ci` and an `npm prune`.
describe("the image's Dockerfile", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await makeTestDirectory();
  });
  afterAll(() => removeTestDirectory(directory));

  it('builds from what it copies, and copies all that the program needs', async () => {
    const [, build = [], image = []] = stagesOf(await readFile(join(CHECKOUT, 'Dockerfile'), 'utf8'));
    const ignored = (await readFile(join(CHECKOUT, '.dockerignore'), 'utf8')).trim().split('\n');
    const built = join(directory, 'build');
    const app = join(directory, 'app');
    for (const stage of [built, app]) {
      await mkdir(stage);
      await symlink(join(CHECKOUT, 'node_modules'), join(stage, 'node_modules'));
    }
    await copyAll(build, CHECKOUT, built, ignored);
    await run('npm', ['run', 'build'], { cwd: built });
    await copyAll(image, built, app, []);
    const { version } = JSON.parse(await readFile(join(CHECKOUT, 'package.json'), 'utf8'));
    const program = await run(process.execPath, ['dist/src/main.js', '--version'], { cwd: app });
    expect(program.stdout.trim()).toBe(version);
    // What `serve` loads, and commands only when they need it.
    const load = "import('./dist/src/main/run.js').then(() => process.stdout.write('loaded'))";
    const served = await run(process.execPath, ['--eval', load], { cwd: app });
    expect(served.stdout).toBe('loaded');
  });
});
