import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { callDecider } from '../../src/domain/call/decider.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { callStream } from '../../src/domain/stream.js';
import { execute } from '../../src/ledger/execute.js';
import { Pseudonyms } from '../../src/ledger/keys/pseudonyms.js';
import type { CallReport } from '../../src/simulator/call-report.js';
import { Fleet, type FleetCall, type FleetProcess } from '../support/fleet.js';
import { testContext } from '../support/ledger.js';
import { MediaSocket } from '../support/media-socket.js';
import { createTestTenant, type TestTenant } from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { CRASH_SEED, randomFrom } from '../support/random.js';
import { testIndexKey } from '../support/secrets.js';
import { TOLD_AFTERWARDS } from '../support/told-afterwards.js';
import { ACCOUNT_SID, incomingCall, postWebhook, signatureOf, streamUrlOf } from '../support/twilio.js';

jest.setTimeout(180_000);

const GREETING = 'Rosewood Dental, how can I help you today?';
const QUESTION = { say: 'On Saturday?' };
const PROMPT = 'On Saturday until one.';
/** Longer than a short call. */
const DRAIN_MS = 5_000;
/** Longer than it takes until the voice is back. */
const PATIENT_MS = 8_000;
/** What a worker may add to a call that is no longer its own. */
const ABOUT_ITSELF: readonly string[] = ['RecordingStored', ...TOLD_AFTERWARDS];

type Recorded = Awaited<FleetCall['events']>;

/** A call that is over, and what is kept of it. */
interface Over {
  readonly report: CallReport;
  readonly events: Recorded;
}

const attempts = (events: readonly CallEvent[]) =>
  events.filter((event) => event.type === 'MediaStreamStarted').map(({ data }) => data.attempt);

/** Whether Twilio asks by itself when a stream breaks. */
const ASKS = true;

/** All that may befall a process at once: one is stopped for a while, two die, one is told to stop; the last one lives. */
describe('a call between two processes', () => {
  let fleet: Fleet;
  let tenant: TestTenant;
  const calls: FleetCall[] = [];
  const over = new Map<FleetCall, Promise<Over>>();
  let lent: FleetCall;
  let refused: FleetCall;
  let raced: readonly FleetCall[];
  let drained: FleetCall;
  let short: FleetCall;
  let other: FleetCall;
  let written: FleetCall;
  let exitCode: number | null;

  beforeAll(async () => {
    fleet = await Fleet.open({ DRAIN_TIMEOUT_MS: String(DRAIN_MS) });
    const [stopped, killed, frozen, leaving, last] = await fleet.atLeast(5);
    if (!stopped || !killed || !frozen || !leaving || !last) throw new Error('A process ended at once.');
    const admin = await fleet.admin();
    const settings = { greeting: GREETING, systemPrompt: PROMPT };
    tenant = await createTestTenant({ admin, url: fleet.balancer.url }, settings);
    await dialledTwice(stopped, last);

    lent = await callAt(stopped, talk(PATIENT_MS), !ASKS);
    refused = await callAt(killed, talk(PATIENT_MS), !ASKS);
    raced = await Promise.all(Array.from({ length: 4 }, () => callAt(frozen, talk(PATIENT_MS), ASKS)));
    drained = await callAt(leaving, talk(DRAIN_MS + 2_500), ASKS);
    short = await callAt(leaving, [{ waitForAgent: true }, { pauseMs: 1_000 }, { hangUp: true }], ASKS);
    written = await callAt(
      last,
      [{ waitForAgent: true }, QUESTION, QUESTION, { waitForAgent: true }, { hangUp: true }],
      ASKS,
    );
    await Promise.all([lent, refused, ...raced, drained].map((call) => call.untilStored('GreetingStarted')));

    fleet.twilio.failures.set(refused.callSid, 2);
    stopped.command.signal('SIGSTOP');
    killed.command.signal('SIGKILL');
    leaving.command.signal('SIGTERM');
    const done = [wakeWhenLost(stopped), freezeAndKill(frozen), writeTo(written), leave(leaving, last)];
    await Promise.all(done);
    await Promise.allSettled(over.values());
  });
  afterAll(async () => {
    for (const call of calls) call.hangUp();
    await Promise.all(calls.map(({ report }) => report));
    await fleet.close();
  });

  /** The caller waits until the voice is back. */
  const talk = (pauseMs: number) => [
    { waitForAgent: true },
    { pauseMs },
    { ...QUESTION, atOnce: true },
    { waitForAgent: true },
    { hangUp: true },
  ];

  const call = (steps: readonly object[], asks: boolean): FleetCall => {
    const placed = fleet.call({ tenantId: tenant.tenantId, to: tenant.number, steps, asks });
    calls.push(placed);
    const whenOver = placed.report.then(async (report) => {
      await placed.untilStored('CallEnded');
      return { report, events: await placed.events };
    });
    // A call that fails is told of by the test that looks at it.
    whenOver.catch(() => undefined);
    over.set(placed, whenOver);
    return placed;
  };

  /** Connected to this process, and to no other. */
  const callAt = async (
    { url }: FleetProcess,
    steps: readonly object[],
    asks: boolean,
  ): Promise<FleetCall> => {
    fleet.balancer.backends = [url];
    const placed = call(steps, asks);
    await placed.untilHeard('stream_opened');
    return placed;
  };

  const whenOver = async (which: FleetCall): Promise<Over> => {
    const ended = await over.get(which);
    if (!ended) throw new Error('Nobody placed this call.');
    return ended;
  };

  const activeCalls = async ({ url }: FleetProcess) =>
    ((await (await fetch(`${url}/health`)).json()) as { activeCalls: number }).activeCalls;

  const wakeWhenLost = async (process: FleetProcess): Promise<void> => {
    await lent.untilStored('CallResumed');
    process.command.signal('SIGCONT');
    await until('the one that woke has closed its socket', async () => (await activeCalls(process)) === 0);
  };

  /** Its sockets close some time around the watchdog's look. */
  const freezeAndKill = async (process: FleetProcess): Promise<void> => {
    console.info(`CRASH_SEED=${CRASH_SEED}`);
    const random = randomFrom(CRASH_SEED);
    const closesAtMs = performance.now() + 3_000 + random() * 2_000;
    process.command.signal('SIGSTOP');
    await until('the sockets close', async () => performance.now() > closesAtMs);
    process.command.signal('SIGKILL');
  };

  /** New calls go to the other from the moment that this one isn't ready. */
  const leave = async (process: FleetProcess, survivor: FleetProcess): Promise<void> => {
    fleet.balancer.backends = [survivor.url];
    await until('it is not ready any more', async () => {
      const answer = await fetch(`${process.url}/health/ready`).catch(() => null);
      return answer?.status === 503;
    });
    fleet.balancer.backends = [process.url, survivor.url];
    other = call(talk(0), ASKS);
    ({ exitCode } = await process.command.ended);
  };

  /** The worker writes, too: it's a race for every revision. */
  const writeTo = async (to: FleetCall): Promise<void> => {
    const callId = new Pseudonyms(testIndexKey).callId(ACCOUNT_SID, to.callSid);
    const stream = callStream(tenant.tenantId, callId);
    for (let sequence = 1; to.count('ended') === 0; sequence++) {
      const status = { status: 'in-progress', sequence, source: 'test', durationSeconds: null } as const;
      const command = { type: 'ReportStatus', ...status } as const;
      await execute(fleet.ledger, callDecider, stream, command, testContext(`foreign ${sequence}`)).catch(
        () => undefined,
      );
    }
  };

  let refusedSocket: MediaSocket;
  let voice: MediaSocket;

  /** One stream, dialled at both. */
  const dialledTwice = async (...both: readonly FleetProcess[]): Promise<void> => {
    const form = incomingCall(tenant.number);
    const { body } = await postWebhook({ url: fleet.balancer.url }, '/webhooks/incoming-call', form);
    const url = streamUrlOf(body) ?? '';
    const start = { callSid: form.CallSid ?? '', accountSid: ACCOUNT_SID, signature: signatureOf(url) };
    const at = ({ url: own }: FleetProcess) =>
      url.replace(fleet.balancer.url.replace(/^http/, 'ws'), own.replace(/^http/, 'ws'));
    const sockets = await Promise.all(
      both.map((process, n) =>
        MediaSocket.start(at(process), { ...start, streamSid: `MZ${String(n).repeat(32)}` }),
      ),
    );
    refusedSocket = await Promise.race(sockets.map((socket) => socket.closed.then(() => socket)));
    voice = sockets.find((socket) => socket !== refusedSocket) ?? refusedSocket;
    await until('the agent speaks', async () => voice.hasAudio);
    expect(voice.socket.readyState).toBe(WebSocket.OPEN);
    voice.stop(start);
  };

  it('has one voice, also when the same stream is dialled at both: the first to be stored has it', async () => {
    expect(await refusedSocket.closed).toEqual({ code: 1008, reason: expect.stringContaining('one voice') });
    expect((await voice.closed).code).toBe(1000);
  });

  it('is lost to a process that was stopped, which says nothing more when it wakes', async () => {
    const { report, events } = await whenOver(lent);
    expect(report).toMatchObject({ outcome: 'completed', endedBy: 'caller', errors: [] });
    expect(attempts(events)).toEqual([1, 2]);
    const started = events.find(({ type }) => type === 'MediaStreamStarted');
    const lostAt = events.findIndex(({ type }) => type === 'MediaStreamLost');
    const late = events
      .slice(lostAt)
      .filter(({ metadata }) => metadata.actor.id === started?.metadata.actor.id)
      .filter(({ type }) => !ABOUT_ITSELF.includes(type));
    expect(late).toEqual([]);
  });

  it('is not silenced by what others write to it', async () => {
    const { report, events } = await whenOver(written);
    expect(report).toMatchObject({ outcome: 'completed', endedBy: 'caller', unanswered: 0, errors: [] });
    expect(events.filter(({ type }) => type === 'CallStatusReported').length).toBeGreaterThan(50);
    expect(attempts(events)).toEqual([1]);
    expect(events.filter(({ type }) => type === 'AgentTurnSpoken')).toHaveLength(2);
  });

  it('goes on in the other when its own is told to stop, and new calls go there, too', async () => {
    expect(exitCode).toBe(0);
    for (const one of [drained, other]) {
      const { report, events } = await whenOver(one);
      expect(report).toMatchObject({ outcome: 'completed', endedBy: 'caller', says: [], errors: [] });
      expect(events.filter(({ type }) => type === 'GreetingStarted')).toHaveLength(1);
    }
    expect(attempts((await whenOver(drained)).events)).toEqual([1, 2]);
    expect(attempts((await whenOver(other)).events)).toEqual([1]);
  });

  it('ends where it is, when it does so before the time to stop is up', async () => {
    const { report, events } = await whenOver(short);
    expect(report).toMatchObject({ outcome: 'completed', endedBy: 'caller', errors: [] });
    expect(attempts(events)).toEqual([1]);
  });

  it('is brought back though Twilio refuses at first', async () => {
    const { report, events } = await whenOver(refused);
    expect(report).toMatchObject({ outcome: 'completed', endedBy: 'caller', errors: [] });
    expect(attempts(events)).toEqual([1, 2]);
    const asked = fleet.twilio.requests.filter(({ callSid }) => callSid === refused.callSid);
    expect(asked.length).toBeGreaterThanOrEqual(3);
  });

  it('goes on once when Twilio asks just as it is told', async () => {
    for (const one of raced) {
      const { report, events } = await whenOver(one);
      expect(report).toMatchObject({ outcome: 'completed', endedBy: 'caller', says: [] });
      expect(attempts(events)).toEqual([1, 2]);
      expect(events.filter(({ type }) => type === 'MediaStreamLost')).toHaveLength(1);
    }
  });
});
