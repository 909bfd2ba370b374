import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { levelDb } from '../../src/audio/level.js';
import { readWav } from '../../src/audio/wav.js';
import { type Command, Workplace } from '../support/command.js';
import { removeTestDirectory } from '../support/postgres/test-directory.js';
import { TOLD_AFTERWARDS } from '../support/told-afterwards.js';

const DEMO_PATIENCE_MS = 60_000;
jest.setTimeout(90_000);

/** Quieter than any speech. */
const SILENT_DB = -60;

interface Demo {
  readonly workplace: Workplace;
  readonly command: Command;
  readonly temporary: string;
  /** What it made for itself while it ran. */
  readonly own: readonly string[];
  /** From its start to its end. */
  readonly tookMs: Promise<number>;
}

const startDemo = async (): Promise<Demo> => {
  const workplace = await Workplace.open();
  const temporary = join(workplace.directory, 'tmp');
  await mkdir(temporary);
  await chmod(temporary, 0o1777);
  const startedAtMs = performance.now();
  const command = workplace.start(['demo'], { TMPDIR: temporary });
  const tookMs = command.ended.then(() => performance.now() - startedAtMs);
  await command.printed(/embedded PostgreSQL/).catch(async (error: unknown) => {
    await workplace.close();
    throw error;
  });
  return { workplace, command, temporary, own: await ownDirectories(temporary), tookMs };
};

const leftBy = async ({ temporary, own }: Demo): Promise<readonly string[]> => [
  ...(await readdir(temporary)),
  ...own.filter((directory) => existsSync(directory)),
];

describe('the demo, on a machine that has nothing', () => {
  const demos: Demo[] = [];
  let whole: Demo;
  let stopped: Demo;

  const start = async (): Promise<Demo> => {
    const demo = await startDemo();
    demos.push(demo);
    return demo;
  };

  beforeAll(async () => {
    whole = await start();
    // Its call takes its time, and leaves the machine to the other one.
    await whole.command.printed(/agent +Hello/);
    stopped = await start();
  });
  afterAll(async () => {
    for (const { command, workplace, own } of demos) {
      await command.kill();
      for (const directory of own) await removeTestDirectory(directory);
      await workplace.close();
    }
  });

  it('shows a call from the greeting to its replayed events, and leaves only its recording', async () => {
    const { exitCode, stdout, stderr } = await whole.command.ended;
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(await whole.tookMs).toBeLessThan(DEMO_PATIENCE_MS);

    expect(stdout).toMatch(/by sandbox\n.*no model, no recognizer; set OPENAI_API_KEY/);
    expect(stdout).toMatch(/agent +Hello, this is Ada at Rosewood Dental\. How can I help you\?\n/);
    expect(stdout).toMatch(/caller +Hello, are …\n/);
    expect(stdout).toMatch(/caller +Hello, are you open on Saturday\?\n/);
    expect(stdout).toMatch(/agent +On Saturday we are open from nine to one\.\n/);
    expect(stdout).toMatch(/agent +A check-up costs .* — interrupted\n/);
    expect(stdout).toMatch(/caller +presses 1\n/);
    expect(stdout).toContain('the call ended: caller hung up');

    const latencies = sectionOf(stdout, 'Latency by stage, in ms');
    expect(latencies[0]).toMatch(/turn +endpointing .* first token .* interruption +response +own share/);
    expect(latencies.slice(1).map((row) => row.trim().split(/ {2,}/)[0])).toEqual(['1', '2', '3', '4', '5']);

    const [before, after, verdict] = sectionOf(
      stdout,
      'Throwing the read tables away, and replaying the ledger',
    );
    expect(before).toMatch(/before +\d+ tables, \d+ rows, digest [0-9a-f]{32}$/);
    expect(after).toMatch(/after +\d+ tables, \d+ rows, digest [0-9a-f]{32}, \d+ events replayed in \d+ ms$/);
    expect(verdict?.trim()).toBe('equal');

    const types = sectionOf(stdout, "The call's events").flatMap((row) => / s {2}(\w+)/.exec(row)?.[1] ?? []);
    expect(types[0]).toBe('CallReceived');
    expect(types).toEqual(expect.arrayContaining(['GreetingSpoken', 'AgentTurnSpoken', 'DtmfReceived']));
    expect(types.at(-5)).toBe('CallEnded');
    expect(types.slice(-4).sort()).toEqual(['CallStatusReported', ...TOLD_AFTERWARDS]);

    const [, recording = ''] = /Both sides, in stereo: (\S+)/.exec(stdout) ?? [];
    const { channels, samples } = readWav(await readFile(join(whole.workplace.directory, recording)));
    expect(channels).toBe(2);
    for (const side of [0, 1]) {
      expect(levelDb(samples.filter((_, at) => at % 2 === side))).toBeGreaterThan(SILENT_DB);
    }
    expect(await leftBy(whole)).toEqual([]);
  });

  it('leaves nothing either where somebody has seen enough', async () => {
    const { command } = stopped;
    await command.printed(/agent +Hello/);
    command.signal('SIGINT');
    const { exitCode, stdout, stderr } = await command.ended;
    expect(stdout).toMatch(/\nStopped\.\n$/);
    expect([exitCode, stderr]).toEqual([130, '']);
    expect(await leftBy(stopped)).toEqual([]);
  });
});

/** The lines under a heading. */
const sectionOf = (output: string, heading: string): readonly string[] =>
  output.split(`\n${heading}\n`)[1]?.split('\n\n')[0]?.split('\n') ?? [];

/** The demo's directories: where root runs it, PostgreSQL's user may work elsewhere, and a file tells where. */
const ownDirectories = async (temporary: string): Promise<readonly string[]> => {
  const made = (await readdir(temporary)).map((name) => join(temporary, name));
  const moved = await Promise.all(
    made.map(async (directory) => {
      const place = await readFile(join(directory, 'postgres', 'place'), 'utf8').catch(() => '');
      return place.trim() ? [place.trim()] : [];
    }),
  );
  return [...made, ...moved.flat()];
};
