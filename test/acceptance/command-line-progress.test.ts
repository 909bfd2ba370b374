import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Command } from 'commander';
import pg from 'pg';
import { addAuditCommands } from '../../src/main/audit/commands.js';
import { addProjectionCommands } from '../../src/main/projection-commands.js';
import { Workplace } from '../support/command.js';
import { runHere } from '../support/command-here.js';

jest.setTimeout(60_000);

const FULL_BAR = '█'.repeat(24);

describe('what takes long on the command line', () => {
  let workplace: Workplace;
  beforeAll(async () => {
    workplace = await Workplace.openWithDatabase();
    const admin = ['--email', 'ada@example.com', '--password', 'correct horse battery'];
    expect((await workplace.run(['bootstrap', 'superadmin', ...admin])).exitCode).toBe(0);
  });
  afterAll(() => workplace.close());

  const commands = (program: Command) => {
    addProjectionCommands(program);
    addAuditCommands(program);
  };
  const onTerminal = (...args: string[]) => runHere(workplace, commands, args, {}, { isTerminal: true });
  const onPipe = (...args: string[]) => runHere(workplace, commands, args);

  it('shows a bar on a terminal, which is gone when the result is there', async () => {
    expect(await onTerminal('projections', 'rebuild', 'users')).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^users {7}2 events in \d+\.\d s, generation 2\n$/),
      stderr: `\rusers       ${FULL_BAR} 100 %  2 events\r\x1b[K`,
    });
  });

  it('refuses in one sentence while another process is at it', async () => {
    const other = new pg.Client(workplace.databaseUrl);
    await other.connect();
    await other.query("select pg_advisory_lock(hashtext('ledgerline rebuild users'))");
    try {
      expect(await onTerminal('projections', 'rebuild', 'users')).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: '\r\x1b[KProjection users is being rebuilt already; wait for it to end.\n',
      });
    } finally {
      await other.end();
    }
  });

  it('counts where nobody knows how much there is', async () => {
    const file = `${workplace.directory}/terminal.jsonl`;
    const { exitCode, stderr } = await onTerminal('audit', 'export', file);
    expect(exitCode).toBe(0);
    expect(stderr.replaceAll('\r\x1b[K', '<gone>')).toMatch(/^(\rEvents {6}\d+ events?)+(<gone>)+$/);
  });

  it('writes the result alone into a pipe', async () => {
    expect(await onPipe('projections', 'rebuild', 'users')).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^users {7}\d events in \d+\.\d s, generation 3\n$/),
      stderr: '',
    });
    const exported = await onPipe('audit', 'export', `${workplace.directory}/pipe.jsonl`);
    expect([exported.exitCode, exported.stderr]).toEqual([0, '']);
    expect(exported.stdout).not.toContain('\r');
  });
});
