import { spawn } from 'node:child_process';
import { messageOf } from '../../domain/errors.js';
import type { RunUser } from './run-user.js';

/** What a program needs of our environment to start at all; secrets and `PG*` settings stay with us. */
const PASSED_ON = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'COMSPEC', 'TEMP', 'TMP'];

/** The environment of PostgreSQL's programs: the same locale and zone on every machine. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** How to start a program: from a directory that its user can enter (ours may be closed to it), as that user. */
export const spawnedAs = (user: RunUser | undefined, cwd: string) => ({
  cwd,
  env: serverEnvironment(),
  windowsHide: true,
  ...(user && { uid: user.uid, gid: user.gid }),
});

const OUTPUT_LIMIT = 2_000;

export interface CommandResult {
  /** Undefined where the program couldn't be started, or was killed. */
  readonly exitCode: number | undefined;
  /** Its last words, on either output, at most 2,000 UTF-16 units. */
  readonly output: string;
}

/** Runs a program to its end. Never rejects: a program that can't start has no exit code and says why in `output`. */
export const run = (
  program: string,
  args: readonly string[],
  cwd: string,
  user?: RunUser,
): Promise<CommandResult> =>
  new Promise<CommandResult>((resolve, reject) => {
    let output = '';
    const listen = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_LIMIT);
    };
    // Where we may not become that user, this throws instead of emitting an error.
    const child = spawn(program, args, { ...spawnedAs(user, cwd), stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? undefined, output: output.trim() }));
  }).catch((error) => ({ exitCode: undefined, output: `${program}: ${messageOf(error)}` }));
