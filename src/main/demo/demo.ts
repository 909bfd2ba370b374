import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projections } from '../../../projections/index.js';
import { digestTables, type TablesDigest } from '../../../projections/runtime/digest.js';
import { rebuild } from '../../../projections/runtime/rebuild.js';
import { ApiClient } from '../../client/api-client.js';
import {
  AssignPhoneNumber,
  CallBySid,
  CallTranscript,
  CreateAgent,
  CreateTenant,
  Login,
  PublishAgentVersion,
} from '../../client/operations.js';
import { newClient } from '../../database/connections.js';
import type { CallReport } from '../../simulator/call-report.js';
import { placeCall } from '../../simulator/place-call.js';
import { DEMO_EMAIL, ensureDemoLogin } from '../demo-login.js';
import { type Installation, openInstallation } from '../installation.js';
import { onInterrupt } from '../interrupt.js';
import { type Running, run } from '../run.js';
import { withTemporaryDataDir } from '../temporary-data-dir.js';
import { type DemoCall, eventTable, heading, latencyTable, TranscriptPrinter } from './output.js';
import { scenario, scene } from './scene.js';

/** What of the environment the demo takes: the models. Everything else is its own, and removed at the end. */
const TAKEN = ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'DEFAULT_PROVIDER'];

/** `ledgerline demo`: a call, end to end, on a platform of its own. Throws when anything isn't as it should be. */
export const demo = async (): Promise<void> => {
  const startedAtMs = performance.now();
  const stopped = new Promise<never>((_, reject) => {
    onInterrupt(() => reject(new Stopped()));
  });
  // Looked at once the platform is up: until then nothing is there to be stopped.
  stopped.catch(() => undefined);
  try {
    await withTemporaryDataDir('demo', (dataDir) => demoIn(dataDir, stopped));
    print(`\nDone in ${((performance.now() - startedAtMs) / 1_000).toFixed(0)} s.`);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    print('\nStopped.');
    // The caller may be in the middle of a sentence.
    process.exit(130);
  }
};

/** Somebody wants no more of it. */
class Stopped extends Error {}

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const demoIn = async (dataDir: string, stopped: Promise<never>): Promise<void> => {
  const taken = Object.fromEntries(TAKEN.map((name) => [name, process.env[name]]));
  const own = { HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'error', DRAIN_TIMEOUT_MS: '0' };
  const installation = await openInstallation({ ...taken, ...own });
  print(heading('Starting the platform'));
  const running = await run(installation);
  try {
    print(`  ${running.storage.description}, GraphQL at ${running.platform.url}/graphql`);
    await ensureDemoLogin(running.platform.users, installation.secrets.demoPassword);
    await Promise.race([play(running, installation), stopped]);
  } finally {
    await running.close();
  }
};

const play = async (running: Running, installation: Installation): Promise<void> => {
  print(heading('Making a tenant, an agent and a number, through GraphQL'));
  const { client, provider } = await setTheScene(running.platform.url, installation.secrets.demoPassword);
  print(`  ${scene.tenant}: ${scene.agent} answers ${scene.number}, by ${provider}`);
  if (provider === 'sandbox') {
    print('  (the sandbox: no model, no recognizer; set OPENAI_API_KEY for real ones)');
  }

  print(heading('A call, as the subscription delivers it'));
  const recording = await recordingPath();
  const callSid = `CA${Date.now().toString(16).padStart(32, '0')}`;
  const [report] = await Promise.all([
    placeCall({
      platformUrl: running.platform.url,
      authToken: installation.secrets.twilioAuthToken,
      callSid,
      from: scene.caller,
      to: scene.number,
      scenario,
      recordTo: recording,
    }),
    follow(client, callSid, new TranscriptPrinter(process.stdout)),
  ]);
  requireSuccess(report);

  const call = await endedCall(client, callSid);
  print(heading('Latency by stage, in ms'));
  print(latencyTable(call));
  print(heading('Throwing the read tables away, and replaying the ledger'));
  await replay(running);
  print(heading("The call's events"));
  print(eventTable(call));
  print(`\n  Both sides, in stereo: ${relative(process.cwd(), recording)}`);
  await client.close();
};

const setTheScene = async (url: string, password: string) => {
  const anonymous = new ApiClient(url);
  const { login } = await anonymous.request(Login, { input: { email: DEMO_EMAIL, password } });
  const { createTenant } = await anonymous
    .as(login.accessToken)
    .request(CreateTenant, { input: { name: scene.tenant, phoneNumber: scene.number } });
  const tenantId = required(createTenant.tenant, 'the tenant').id;
  const entered = await anonymous.request(Login, { input: { email: DEMO_EMAIL, password, tenantId } });
  const client = anonymous.as(entered.login.accessToken);
  const { greeting, systemPrompt } = scene;
  const { createAgent } = await client.request(CreateAgent, {
    input: { name: scene.agent, settings: { greeting, systemPrompt } },
  });
  const agent = required(createAgent.agent, 'the agent');
  await client.request(PublishAgentVersion, { input: { agentId: agent.id, version: 1 } });
  await client.request(AssignPhoneNumber, { input: { phoneNumber: scene.number, agentId: agent.id } });
  return { client, provider: agent.versions[0]?.languageModel.provider ?? '' };
};

/** Prints the transcript from the call's first moment to its end. */
const follow = async (client: ApiClient, callSid: string, printer: TranscriptPrinter): Promise<void> => {
  const callId = await callIdOf(client, callSid);
  for await (const { callTranscript } of client.subscribe(CallTranscript, { callId }))
    printer.print(callTranscript);
};

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 15_000;

const callIdOf = async (client: ApiClient, callSid: string): Promise<string> => {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
    const { call } = await client.request(CallBySid, { callSid });
    if (call) return call.id;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error('The call never came in.');
};

/** The call once the read models have its end, and all that comes after it. */
const endedCall = async (client: ApiClient, callSid: string): Promise<DemoCall> => {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
    const { call } = await client.request(CallBySid, { callSid });
    const isReplayable = call?.events.nodes.some(({ type }) => type === 'CallTraceStored');
    if (call?.endReason && call.carrierDurationSeconds !== null && isReplayable) return call;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error('The call did not end.');
};

const requireSuccess = (report: CallReport): void => {
  if (report.ok) return;
  const failed = report.expectations
    .filter(({ ok }) => !ok)
    .map(({ name, actual }) => `${name} was ${actual}`);
  throw new Error(`The call was not as it should be: ${[...report.errors, ...failed].join('; ')}.`);
};

const replay = async ({ storage }: Running): Promise<void> => {
  const client = newClient(storage.connection('projector'));
  await client.connect();
  try {
    const before = await digestTables(client, projections);
    const startedAtMs = performance.now();
    let events = 0;
    for (const projection of projections) {
      const rebuilt = await rebuild(projection, {
        ledger: storage.ledger,
        connection: storage.connection('projector'),
        signal: new AbortController().signal,
      });
      events = rebuilt.events;
    }
    const ms = Math.round(performance.now() - startedAtMs);
    const after = await digestTables(client, projections);
    print(`  before  ${described(before)}`);
    print(`  after   ${described(after)}, ${events} events replayed in ${ms} ms`);
    if (before.digest !== after.digest) throw new Error('The replayed tables differ from the live ones.');
    print('  equal');
  } finally {
    await client.end();
  }
};

const described = ({ tables, rows, digest }: TablesDigest): string =>
  `${tables} tables, ${rows} rows, digest ${digest}`;

const recordingPath = async (): Promise<string> => {
  await mkdir('recordings', { recursive: true });
  return join(process.cwd(), 'recordings', 'demo.wav');
};

const required = <T>(value: T | null | undefined, what: string): T => {
  if (value != null) return value;
  throw new Error(`The API did not make ${what}.`);
};
