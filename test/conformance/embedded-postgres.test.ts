import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, readFile, rm, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { packagedInstallation, usableBinaries } from '../../src/database/embedded/binaries.js';
import { run } from '../../src/database/embedded/command.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.js';
import { SERVER_URL_VARIABLE } from '../support/postgres/test-database.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { until } from '../support/postgres/until.js';

jest.setTimeout(60_000);

/** Compiled, because a process of its own has no Jest to translate for it; `npm test` builds first. */
const SERVER_USER = fileURLToPath(
  new URL('../../dist/test/support/postgres/server-user.js', import.meta.url),
);
const isRoot = process.getuid?.() === 0;

describe('the embedded PostgreSQL', () => {
  let shared: string;
  const directories: string[] = [];
  const servers: EmbeddedPostgres[] = [];
  const processes: ChildProcess[] = [];

  const newDirectory = async () => {
    const directory = await makeTestDirectory();
    directories.push(directory);
    return directory;
  };

  const start = async (dataDir: string) => {
    const server = await startEmbeddedPostgres({ dataDir, fsync: false });
    servers.push(server);
    return server;
  };

  const startProcess = (dataDir: string) => {
    const child = spawn(process.execPath, [SERVER_USER, dataDir], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    processes.push(child);
    return child;
  };

  beforeAll(async () => {
    shared = await newDirectory();
    delete process.env.LANG;
    delete process.env.LC_ALL;
    await (await start(shared)).stop();
  });

  afterEach(async () => {
    for (const child of processes.splice(0)) child.kill('SIGKILL');
    for (const server of servers.splice(0)) await server.stop();
  });

  afterAll(async () => {
    for (const directory of directories) await removeTestDirectory(directory);
  });

  it('is in UTF-8 where no locale is set', async () => {
    const server = await start(shared);
    const [row] = await query(
      server.superuserUrl(),
      `select current_setting('server_encoding') as encoding, '✓ Grüße'::text as text`,
    );
    expect(row).toEqual({ encoding: 'UTF8', text: '✓ Grüße' });
  });

  it('is reached from this machine alone, with a password that only we can read', async () => {
    const server = await start(shared);
    const [row] = await query(
      server.superuserUrl(),
      `select current_setting('listen_addresses') as hosts, current_setting('unix_socket_directories') as sockets`,
    );
    expect(row).toEqual({ hosts: '127.0.0.1', sockets: '' });
    const { password } = new URL(server.superuserUrl());
    expect(password.length).toBeGreaterThanOrEqual(40);
    expect((await stat(join(shared, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
    await expect(query(server.superuserUrl().replace(password, 'postgres'), 'select 1')).rejects.toThrow(
      /password authentication failed/,
    );
  });

  it('has its data and its port again after a stop and a start', async () => {
    const first = await start(shared);
    await query(first.superuserUrl(), `create table kept as select 'here' as word`);
    await first.stop();
    await expect(query(first.superuserUrl(), 'select 1')).rejects.toThrow(/ECONNREFUSED/);
    const second = await start(shared);
    expect(second.port).toBe(first.port);
    expect(await query(second.superuserUrl(), 'select word from kept')).toEqual([{ word: 'here' }]);
  });

  it.each([
    ['is killed', (child: ChildProcess) => child.kill('SIGKILL')],
    [
      'and its whole process group get a Ctrl-C',
      (child: ChildProcess) => process.kill(-Number(child.pid), 'SIGINT'),
    ],
  ])('runs on when the process that started it %s, and is attached to', async (_end, end) => {
    const child = startProcess(shared);
    const url = await urlFrom(child);
    const startedAt = await startTime(url);
    end(child);
    await once(child, 'exit');
    const server = await start(shared);
    expect(server.superuserUrl()).toBe(url);
    expect(await startTime(server.superuserUrl())).toBe(startedAt);
  });

  it('is one server for processes that start at the same time, until the last of them leaves', async () => {
    const dataDir = await newDirectory();
    const one = startProcess(dataDir);
    const other = startProcess(dataDir);
    const [url, otherUrl] = await Promise.all([urlFrom(one), urlFrom(other)]);
    expect(otherUrl).toBe(url);
    const startedAt = await startTime(url);
    const leave = async (child: ChildProcess) => {
      child.stdin?.end();
      await once(child, 'exit');
    };
    await leave(one);
    expect(await startTime(url)).toBe(startedAt);
    await leave(other);
    await expect(query(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('comes back at its port when the server itself is killed', async () => {
    const server = await start(shared);
    const startedAt = await startTime(server.superuserUrl());
    process.kill(await postmasterPid(shared), 'SIGKILL');
    const again = await until('the server is back', () =>
      startTime(server.superuserUrl()).catch(() => undefined),
    );
    expect(again).not.toBe(startedAt);
  });

  it("isn't fooled by a postmaster.pid whose pid and port are somebody else's now", async () => {
    const server = await start(shared);
    const file = join(shared, 'postgres', 'cluster', 'postmaster.pid');
    const lines = (await readFile(file, 'utf8')).split('\n');
    const { uid, gid } = await stat(file);
    await server.stop();
    // The same user's process: that is the one which PostgreSQL itself takes for a postmaster.
    const stranger = spawn('sleep', ['600'], { cwd: '/', ...(isRoot && { uid, gid }) });
    processes.push(stranger);
    lines[0] = String(stranger.pid);
    lines[3] = new URL(String(process.env[SERVER_URL_VARIABLE])).port;
    await writeFile(file, lines.join('\n'));
    const again = await start(shared);
    expect(again.port).toBe(server.port);
    expect(await query(again.superuserUrl(), `select current_setting('data_directory') as place`)).toEqual([
      { place: join(shared, 'postgres', 'cluster') },
    ]);
  });

  it("isn't taken for the server of a copy of its directory", async () => {
    const copy = await newDirectory();
    await cp(shared, copy, { recursive: true });
    const original = await start(shared);
    const file = join('postgres', 'cluster', 'postmaster.pid');
    await cp(join(shared, file), join(copy, file));
    if (isRoot)
      await run('chown', ['-R', '--reference', join(shared, file), join(copy, 'postgres', 'cluster')], '/');
    const copied = await start(copy);
    expect(copied.port).not.toBe(original.port);
    await query(copied.superuserUrl(), 'create table only_in_the_copy ()');
    await expect(query(original.superuserUrl(), 'select from only_in_the_copy')).rejects.toThrow(
      /does not exist/,
    );
  });

  it('moves to another port when somebody else has taken its own', async () => {
    const first = await start(shared);
    await first.stop();
    const squatter = createServer().listen(first.port, first.host);
    await once(squatter, 'listening');
    try {
      const second = await start(shared);
      expect(second.port).not.toBe(first.port);
      expect(await query(second.superuserUrl(), 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      squatter.close();
    }
  });

  it('starts after a first start that was killed in the middle of initdb', async () => {
    const dataDir = await newDirectory();
    const child = startProcess(dataDir);
    const unfinished = async () =>
      (await readdir(join(dataDir, 'postgres'))).filter((name) => name.startsWith('cluster-new-'));
    await until('initdb writes', async () => {
      const [directory] = await unfinished().catch(() => []);
      return (
        directory &&
        (await stat(join(dataDir, 'postgres', directory, 'cluster', 'base')).catch(() => undefined))
      );
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('cluster');
    const server = await start(dataDir);
    expect(await query(server.superuserUrl(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await unfinished()).toEqual([]);
  });

  it('runs where the links of the shared libraries are missing and the programs are out of reach', async () => {
    const home = await newDirectory();
    const closed = await newDirectory();
    const packaged = join(closed, 'package', 'native');
    await cp(dirname(packagedInstallation()), dirname(packaged), { recursive: true, verbatimSymlinks: true });
    for (const entry of await readdir(join(packaged, 'lib'), { withFileTypes: true })) {
      if (entry.isSymbolicLink()) await unlink(join(packaged, 'lib', entry.name));
    }
    expect((await usableBinaries(packaged, home)).postgres).toBe(join(packaged, 'bin', 'postgres'));
    if (!isRoot) return;
    await run('chmod', ['0700', closed], '/');
    const { uid, gid } = await stat(join(shared, 'postgres', 'cluster'));
    const user = { name: 'postgres', uid, gid };
    const { postgres } = await usableBinaries(packaged, home, user);
    expect(postgres.startsWith(home)).toBe(true);
    expect((await run(postgres, ['--version'], home, user)).exitCode).toBe(0);
  });

  it('says in one sentence what is wrong and what to do', async () => {
    const file = join(await newDirectory(), 'file');
    await writeFile(file, '');
    await expect(startEmbeddedPostgres({ dataDir: file })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/file.*set DATABASE_URL/),
    });
  });

  if (isRoot) {
    it('runs for root when the data directory is closed to everybody else', async () => {
      const closed = await newDirectory();
      await run('chmod', ['0700', closed], '/');
      const dataDir = join(closed, 'data');
      let place: string | undefined;
      try {
        const first = await start(dataDir);
        place = (await readFile(join(dataDir, 'postgres', 'place'), 'utf8')).trim();
        await query(first.superuserUrl(), `create table kept as select 'here' as word`);
        await first.stop();
        const second = await start(dataDir);
        expect(await query(second.superuserUrl(), 'select word from kept')).toEqual([{ word: 'here' }]);
        await second.stop();
      } finally {
        if (place) await rm(place, { recursive: true });
        if (place) await rmdir(dirname(place)).catch(() => undefined); // others live there
      }
    });
  }
});

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // the query reports it
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Another time is another server. */
const startTime = async (url: string): Promise<string> => {
  const [row] = await query(url, 'select pg_postmaster_start_time()::text as time');
  return String(row?.time);
};

const postmasterPid = async (dataDir: string): Promise<number> =>
  Number.parseInt(await readFile(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8'), 10);

async function urlFrom(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the process has no output to read');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('url ')) return line.slice(4);
  }
  throw new Error('the process ended without a server');
}
