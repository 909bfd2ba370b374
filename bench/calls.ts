import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../src/client/api-client.js';
import { graphql } from '../src/client/gql/gql.js';
import type { OwnSharesQuery } from '../src/client/gql/graphql.js';
import {
  AssignPhoneNumber,
  CreateAgent,
  CreateTenant,
  Login,
  PublishAgentVersion,
} from '../src/client/operations.js';
import { startEmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { DEMO_EMAIL } from '../src/main/demo-login.js';
import { withTemporaryDataDir } from '../src/main/temporary-data-dir.js';
import { type CallsReport, placeCalls } from '../src/simulator/place-calls.js';
import { parseScenario } from '../src/simulator/scenario.js';
import type { ServerWindow } from './support/calls-server.js';
import { median, percentile, round, table } from './support/measures.js';

/** The pass rule: what a caller would notice. */
const PASS = { loopLagP99Ms: 20, frameAgeP99Ms: 20, cpuPercent: 70, ownP99Ms: 10 } as const;
const DEFAULT_STEPS = [50, 100, 150, 200, 250, 300];
const RUNS = 3;
const SETTLE_MS = 8_000;
const WINDOW_MS = 20_000;
const NUMBER = '+14155550100';

/** A minute of questions: each call is in another part of it, since no two begin together. */
const scenario = parseScenario(
  {
    name: 'a long conversation',
    steps: [
      { waitForAgent: true },
      ...Array.from({ length: 6 }, () => [
        { say: 'Hello, are you open on Saturday?' },
        { say: 'How much does a check-up cost?' },
      ]).flat(),
      { hangUp: true },
    ],
  },
  'the benchmark',
);

interface Server {
  readonly process: ChildProcess;
  readonly url: string;
  readonly authToken: string;
  readonly password: string;
}

interface Step {
  readonly calls: number;
  readonly server: ServerWindow;
  readonly report: CallsReport;
  readonly ownP99Ms: number;
  readonly control: number;
  readonly passes: boolean;
}

/** As `npm start` has them. */
const NODE_FLAGS = ['--max-semi-space-size=32', '--heap-growing-percent=300'];

const canPin = spawnSync('taskset', ['--version']).status === 0;

/** The platform alone on one core; PostgreSQL and the callers, who are this process, on the other. */
const startServer = async (dataDir: string, databaseUrl: string): Promise<Server> => {
  const child = fork(new URL('./support/calls-server.js', import.meta.url), {
    env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: databaseUrl, NODE_ENV: 'development' },
    ...(canPin
      ? { execPath: 'taskset', execArgv: ['-c', '0', process.execPath, ...NODE_FLAGS] }
      : { execArgv: NODE_FLAGS }),
  });
  const [started] = (await once(child, 'message')) as [Omit<Server, 'process'>];
  return { process: child, ...started };
};

const setUp = async ({ url, password }: Server): Promise<ApiClient> => {
  const client = new ApiClient(url);
  const first = await client.request(Login, { input: { email: DEMO_EMAIL, password } });
  const { createTenant } = await client
    .as(first.login.accessToken)
    .request(CreateTenant, { input: { name: 'Bench' } });
  const tenantId = createTenant.tenant?.id ?? '';
  const { login } = await client.request(Login, { input: { email: DEMO_EMAIL, password, tenantId } });
  const tenant = client.as(login.accessToken);
  const settings = {
    greeting: 'Hello, this is Ada at Rosewood Dental.',
    systemPrompt:
      'On Saturday we are open from nine to one. A check-up costs eighty dollars and takes half an hour.',
  };
  const { createAgent } = await tenant.request(CreateAgent, { input: { name: 'Ada', settings } });
  const agentId = createAgent.agent?.id ?? '';
  await tenant.request(PublishAgentVersion, { input: { agentId, version: 1 } });
  await tenant.request(AssignPhoneNumber, { input: { phoneNumber: NUMBER, agentId } });
  return tenant;
};

const ask = async ({ process: child }: Server): Promise<ServerWindow> => {
  child.send('report');
  const [window] = (await once(child, 'message')) as [ServerWindow];
  return window;
};

/** What the core does to an idle process: a noisy machine shows here, too. */
const controlLag = async (server: Server): Promise<number> => {
  server.process.send('reset');
  await sleep(2_000);
  return (await ask(server)).loopLagP99Ms;
};

/** Calls come up, a window is measured while all of them talk, and they hang up. */
const runStep = async (server: Server, client: ApiClient, calls: number): Promise<Step> => {
  const control = await controlLag(server);
  const stop = new AbortController();
  const startedAt = new Date().toISOString();
  const placed = placeCalls({
    platformUrl: server.url,
    authToken: server.authToken,
    to: NUMBER,
    scenario,
    calls,
    concurrency: calls,
    signal: stop.signal,
  });
  await sleep(SETTLE_MS);
  server.process.send('reset');
  const fromMs = Date.now();
  await sleep(WINDOW_MS);
  const window = await ask(server);
  const toMs = Date.now();
  stop.abort();
  const report = await placed;
  const ownP99Ms = await ownShareP99(client, startedAt, { fromMs, toMs });
  const passes =
    window.sessions === calls &&
    window.loopLagP99Ms < PASS.loopLagP99Ms &&
    window.frameAgeP99Ms < PASS.frameAgeP99Ms &&
    window.cpuPercent <= PASS.cpuPercent &&
    report.underruns === 0 &&
    ownP99Ms <= PASS.ownP99Ms;
  return { calls, server: window, report, ownP99Ms, control, passes };
};

const OwnShares = graphql(`
  query OwnShares($since: DateTime!, $after: String) {
    calls(first: 100, after: $after, filter: { receivedAt: { gte: $since } }) {
      nodes {
        receivedAt
        turns {
          agentStartedMs
          latency {
            ownMs
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** Of every turn that the agent answered within the window, as the ledger has it. */
const ownShareP99 = async (
  client: ApiClient,
  since: string,
  window: { fromMs: number; toMs: number },
): Promise<number> => {
  const shares: number[] = [];
  for (let after: string | null | undefined = null; after !== undefined; ) {
    const { calls }: OwnSharesQuery = await client.request(OwnShares, { since, after });
    for (const { receivedAt, turns } of calls.nodes) {
      for (const { agentStartedMs, latency } of turns) {
        const atMs = Date.parse(receivedAt) + (agentStartedMs ?? Number.NaN);
        if (latency?.ownMs != null && atMs >= window.fromMs && atMs <= window.toMs)
          shares.push(latency.ownMs);
      }
    }
    after = calls.pageInfo.hasNextPage ? calls.pageInfo.endCursor : undefined;
  }
  return percentile(shares, 0.99);
};

const row = ({ calls, server, report, ownP99Ms, control, passes }: Step): string[] => [
  String(calls),
  server.cpuPercent.toFixed(0),
  server.loopLagP99Ms.toFixed(1),
  control.toFixed(1),
  server.frameAgeP99Ms.toFixed(1),
  String(report.underruns),
  ownP99Ms.toFixed(0),
  report.responses?.p50.toFixed(0) ?? '–',
  report.responses?.p95.toFixed(0) ?? '–',
  report.generator.lateP99Ms.toFixed(1),
  server.residentMb.toFixed(0),
  passes ? 'yes' : 'no',
];

const HEADER = [
  'calls',
  'CPU %',
  'lag p99',
  'control',
  'age p99',
  'underruns',
  'own p99',
  'resp p50',
  'resp p95',
  'gen late',
  'RSS MB',
  'passes',
];

/** How many calls one core holds, with sandbox providers: the most that pass in the median of three runs. */
export const benchCalls = (arguments_: readonly string[]): Promise<object> => {
  const steps = arguments_.length > 0 ? arguments_.map(Number) : DEFAULT_STEPS;
  // What this process starts runs where it does.
  if (canPin) spawnSync('taskset', ['-cp', '1', String(process.pid)]);
  return withTemporaryDataDir('bench', async (dataDir) => {
    const postgres = await startEmbeddedPostgres({ dataDir });
    const server = await startServer(dataDir, postgres.superuserUrl());
    try {
      return await climb(server, steps);
    } finally {
      server.process.send('stop');
      await once(server.process, 'exit');
      await postgres.stop();
    }
  });
};

const climb = async (server: Server, steps: readonly number[]): Promise<object> => {
  const client = await setUp(server);
  console.log(
    `One process${canPin ? ', pinned to one core' : ' (not pinned: there is no taskset)'}; times in ms.\n`,
  );
  console.log(table([HEADER]));
  const measure = async (calls: number): Promise<Step> => {
    const step = await runStep(server, client, calls);
    console.log(
      table([HEADER, row(step)])
        .split('\n')
        .at(-1),
    );
    return step;
  };
  const best = await search(steps, measure);
  return best ? figures(best) : { callsOnOneCore: 0 };
};

/** Up the steps until one fails; what passed last is run again, and must pass in the median. */
const search = async (
  steps: readonly number[],
  measure: (calls: number) => Promise<Step>,
): Promise<readonly Step[] | null> => {
  let passed: Step | null = null;
  for (const calls of steps) {
    const step = await measure(calls);
    if (!step.passes) break;
    passed = step;
  }
  if (!passed) return null;
  const runs = [passed];
  while (runs.length < RUNS) runs.push(await measure(passed.calls));
  if (runs.filter(({ passes }) => passes).length * 2 > RUNS) return runs;
  const { calls: tooMany } = passed;
  return search(steps.filter((calls) => calls < tooMany).slice(-1), measure);
};

const figures = (runs: readonly Step[]): object => ({
  callsOnOneCore: runs[0]?.calls,
  pinned: canPin,
  cpuPercent: Math.round(median(runs.map(({ server }) => server.cpuPercent))),
  loopLagP99Ms: round(median(runs.map(({ server }) => server.loopLagP99Ms))),
  controlLagP99Ms: round(median(runs.map(({ control }) => control))),
  frameAgeP99Ms: round(median(runs.map(({ server }) => server.frameAgeP99Ms))),
  ownShareP99Ms: round(median(runs.map(({ ownP99Ms }) => ownP99Ms))),
  underruns: runs.reduce((sum, { report }) => sum + report.underruns, 0),
  responseP50Ms: Math.round(median(runs.map(({ report }) => report.responses?.p50 ?? Number.NaN))),
  responseP95Ms: Math.round(median(runs.map(({ report }) => report.responses?.p95 ?? Number.NaN))),
});
