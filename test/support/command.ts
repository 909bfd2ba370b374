import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from './postgres/test-database.js';
import { makeTestDirectory, removeTestDirectory } from './postgres/test-directory.js';
import { testMasterKey } from './secrets.js';

/** Compiled by `npm test` before Jest starts. */
export const PROGRAM = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const PATIENCE_MS = 40_000;

export type Variables = Readonly<Record<string, string>>;

/** What a command left behind. */
export interface Ended {
  /** `null`: a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `ledgerline` that runs, as somebody at a terminal has it. */
export class Command {
  /** Once it's over, and all of its output is here. */
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #texts = { stdout: '', stderr: '' };

  constructor(args: readonly string[], directory: string, variables: Variables) {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      // An `.env` of the checkout isn't seen from there.
      cwd: directory,
      env: { PATH: process.env.PATH, HOME: directory, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        this.#texts[name] += text;
      });
    }
    this.#child = child;
    this.ended = once(child, 'close').then(([exitCode]) => ({ exitCode, ...this.#texts }));
  }

  /** Waits for it on either output, and returns the match. Throws, with all output, when the command ends without, or after 40 s. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const outputs = [this.#child.stdout, this.#child.stderr];
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        for (const output of outputs) output?.off('data', look);
        settle();
      };
      const fail = (why: string) => {
        const { stdout, stderr } = this.#texts;
        finish(() => reject(new Error(`${why} without ${pattern}:\n${stdout}\n${stderr}`)));
      };
      const look = () => {
        const match = pattern.exec(this.#texts.stdout) ?? pattern.exec(this.#texts.stderr);
        if (match) finish(() => resolve(match));
      };
      const timer = setTimeout(() => fail(`${PATIENCE_MS / 1_000} s passed`), PATIENCE_MS);
      for (const output of outputs) output?.on('data', look);
      void this.ended.then(() => fail('The command ended'));
      look();
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
}

/** A directory of its own, in which commands run and keep their data; what runs there is killed at the end. */
export class Workplace {
  /** The environment of its commands. */
  readonly variables: Variables;
  readonly #database: TestDatabase | null;
  readonly #commands: Command[] = [];

  private constructor(
    readonly directory: string,
    variables: Variables,
    database: TestDatabase | null,
  ) {
    // A machine that runs tests is always full.
    const roomy = { MAX_LOOP_LAG_MS: '0', MAX_CPU_PERCENT: '0' };
    this.variables = { DATA_DIR: directory, HOST: '127.0.0.1', PORT: '0', ...roomy, ...variables };
    this.#database = database;
  }

  /** Commands find no database, and would start their own. */
  static async open(variables: Variables = {}): Promise<Workplace> {
    return new Workplace(await makeTestDirectory(), variables, null);
  }

  /** All commands work on one database. */
  static async openWithDatabase(variables: Variables = {}): Promise<Workplace> {
    const database = await createTestDatabase();
    // The logins are the whole server's: another master key would change their passwords under the other tests.
    const masterKey = testMasterKey.export().toString('base64');
    const all = { DATABASE_URL: database.url, LEDGERLINE_MASTER_KEY: masterKey, ...variables };
    return new Workplace(await makeTestDirectory(), all, database);
  }

  /** Throws where it was opened without one. */
  get databaseUrl(): string {
    if (!this.#database) throw new Error('This workplace has no database.');
    return this.#database.url;
  }

  /** `args`: as after `ledgerline`. `variables` add to the workplace's. */
  start(args: readonly string[], variables: Variables = {}): Command {
    const command = new Command(args, this.directory, { ...this.variables, ...variables });
    this.#commands.push(command);
    return command;
  }

  run(args: readonly string[], variables: Variables = {}): Promise<Ended> {
    return this.start(args, variables).ended;
  }

  /** Writes a file, and returns its path. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.directory, name);
    await writeFile(path, content);
    return path;
  }

  async close(): Promise<void> {
    await Promise.all(this.#commands.map((command) => command.kill()));
    await removeTestDirectory(this.directory);
    await this.#database?.drop();
  }
}

/** The address in what `serve` prints once it's up. */
export const urlOf = async (platform: Command): Promise<string> =>
  (await platform.printed(/GraphQL +(http:\S+)\/graphql[\s\S]*incoming-call/))[1] ?? '';
