import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import type { OwnSharesQuery } from '../../src/client/gql/graphql.js';
import {
  AssignPhoneNumber,
  CreateAgent,
  CreateTenant,
  Login,
  PublishAgentVersion,
} from '../../src/client/operations.js';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { DEMO_EMAIL } from '../../src/main/demo-login.js';
import { withTemporaryDataDir } from '../../src/main/temporary-data-dir.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import type { ServerMemory, ServerWindow } from './calls-server.js';
import { percentile } from './measures.js';

/** What the benchmark's callers call. */
export const NUMBER = '+14155550100';

/** A minute of questions: each call is in another part of it, since no two begin together. */
export const scenario = parseScenario(
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

/** The platform in a process of its own. */
export interface Server {
  readonly process: ChildProcess;
  readonly url: string;
  readonly authToken: string;
  readonly password: string;
}

/** As `npm start` has them. */
const NODE_FLAGS = ['--max-semi-space-size=32', '--heap-growing-percent=300'];

/** Whether a process can be held on one core. */
export const canPin = spawnSync('taskset', ['--version']).status === 0;

interface ServerOptions {
  /** Variables of its environment. */
  readonly limits: Readonly<Record<string, string>>;
  readonly nodeFlags?: readonly string[];
}

/** The platform alone on one core; PostgreSQL and the callers, who are this process, on the other. */
const startServer = async (
  dataDir: string,
  databaseUrl: string,
  { limits, nodeFlags = [] }: ServerOptions,
): Promise<Server> => {
  const flags = [...NODE_FLAGS, ...nodeFlags];
  const child = fork(new URL('./calls-server.js', import.meta.url), {
    env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: databaseUrl, NODE_ENV: 'development', ...limits },
    ...(canPin
      ? { execPath: 'taskset', execArgv: ['-c', '0', process.execPath, ...flags] }
      : { execArgv: flags }),
  });
  const [started] = (await once(child, 'message')) as [Omit<Server, 'process'>];
  return { process: child, ...started };
};

/** A tenant with an agent at `NUMBER`. */
export const setUp = async ({ url, password }: Server): Promise<ApiClient> => {
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

/** What it saw of itself since the last `reset`. */
export const ask = async ({ process: child }: Server): Promise<ServerWindow> => {
  child.send('report');
  const [window] = (await once(child, 'message')) as [ServerWindow];
  return window;
};

/** What the core does to an idle process: a noisy machine shows here, too. */
export const controlLag = async (server: Server): Promise<number> => {
  server.process.send('reset');
  await sleep(2_000);
  return (await ask(server)).loopLagP99Ms;
};

/** What it holds now, where it was started with `--expose-gc`. */
export const askMemory = async ({ process: child }: Server): Promise<ServerMemory> => {
  child.send('memory');
  const [memory] = (await once(child, 'message')) as [ServerMemory];
  return memory;
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
export const ownShareP99 = async (
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

/** Runs a benchmark against the platform. */
export const withServer = (
  options: ServerOptions,
  run: (server: Server) => Promise<object>,
): Promise<object> => {
  // What this process starts runs where it does.
  if (canPin) spawnSync('taskset', ['-cp', '1', String(process.pid)]);
  return withTemporaryDataDir('bench', async (dataDir) => {
    const postgres = await startEmbeddedPostgres({ dataDir });
    const server = await startServer(dataDir, postgres.superuserUrl(), options);
    try {
      return await run(server);
    } finally {
      server.process.send('stop');
      await once(server.process, 'exit');
      await postgres.stop();
    }
  });
};
