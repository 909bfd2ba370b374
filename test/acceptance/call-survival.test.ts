import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { callDecider } from '../../src/domain/call/decider.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { fold } from '../../src/domain/decider.js';
import type { CallReport } from '../../src/simulator/call-report.js';
import type { ChatScript } from '../emulators/openai/chat.js';
import { type OpenAiEmulator, startOpenAiEmulator } from '../emulators/openai/emulator.js';
import { Fleet, type FleetCall, type FleetProcess } from '../support/fleet.js';
import { createTestTenant, type TestTenant } from '../support/platform.js';

jest.setTimeout(180_000);

const GREETING = 'Rosewood Dental, hello.';
/** Longer than all that a test does meanwhile. */
const LONG_SPEECH = Array(6)
  .fill(
    'A check-up costs eighty dollars and takes half an hour, and a cleaning is part of it every time, and if you come ' +
      'with your children they are looked at as well.',
  )
  .join(' ');

/** How long the caller may wait for the voice to come back. */
const BOUNDS_MS = { asks: 3_000, silent: 10_000 } as const;

/** Until the voice is there again. */
const RESUMED_MS = { asks: 3_000, silent: 6_500 } as const;
/** And until it has answered: one who goes on before has one answer to both. */
const ANSWERED_MS = { asks: 9_000, silent: 12_000 } as const;

interface Phase {
  readonly name: string;
  readonly greeting?: string;
  /** What the caller does until the process dies. */
  readonly steps: readonly object[];
  /** The model's answers until then. */
  readonly chat?: readonly ChatScript[];
  /** How long the caller then says nothing: until the voice is there again, or has answered. */
  readonly patienceMs: Readonly<Record<keyof typeof BOUNDS_MS, number>>;
  /** When a call is in the phase. */
  readonly reached: (call: FleetCall) => Promise<unknown>;
}

const speaks = async (call: FleetCall): Promise<void> => {
  await call.untilHeard('agent_started', 2);
  await call.untilStored('AgentTurnStarted');
};

/** The caller, until the process is killed. */
const LISTENS = { pauseMs: 9_000 };

/** They last until their process is killed, but for the last one: two seconds. */
const LASTING: readonly Phase[] = [
  {
    name: 'is greeting',
    greeting: LONG_SPEECH,
    steps: [{ waitForAgent: true }],
    patienceMs: RESUMED_MS,
    reached: async (call) => {
      await call.untilHeard('agent_started');
      await call.untilStored('GreetingStarted');
    },
  },
  {
    name: 'listens to the caller',
    steps: [
      { waitForAgent: true },
      { say: 'I have a question about the price of a check-up, and' },
      { say: `also whether you mean what I read: ${LONG_SPEECH.slice(0, 250)}`, atOnce: true },
    ],
    patienceMs: RESUMED_MS,
    reached: (call) => call.untilHeard('caller_started', 2),
  },
  {
    name: 'speaks',
    steps: [{ waitForAgent: true }, { say: 'What does a check-up cost?' }, LISTENS],
    chat: [{ to: 'cost', text: LONG_SPEECH }],
    patienceMs: RESUMED_MS,
    reached: speaks,
  },
  {
    name: 'says goodbye',
    steps: [{ waitForAgent: true }, { say: 'That was all.' }, LISTENS],
    chat: [{ to: 'all', text: LONG_SPEECH, toolCalls: [{ name: 'end_call', arguments: '{}' }] }],
    patienceMs: RESUMED_MS,
    reached: speaks,
  },
  {
    name: 'holds its tongue',
    steps: [
      { waitForAgent: true },
      { say: 'Tell me everything.' },
      { interrupt: 'Mhm mhm mhm mhm mhm mhm mhm mhm mhm', afterMs: 3_500 },
    ],
    chat: [{ to: 'everything', text: LONG_SPEECH }],
    patienceMs: RESUMED_MS,
    reached: (call) => call.untilHeard('agent_cut'),
  },
];

/** They last as long as a caller waits for a model. */
const PASSING: readonly Phase[] = [
  {
    name: 'thinks',
    steps: [{ waitForAgent: true }, { say: 'How far is it to you?' }],
    chat: [{ to: 'far', fault: 'hang' }],
    patienceMs: ANSWERED_MS,
    reached: (call) => call.untilStored('CallerTurnCommitted'),
  },
  {
    name: 'waits for a tool',
    // One word: a machine that stops in the middle of several makes two turns of them.
    steps: [{ waitForAgent: true }, { say: 'Look!' }],
    chat: [
      { to: 'Look', toolCalls: [{ name: 'look_up', arguments: '{"what":"prices"}' }] },
      { to: 'there is no tool', fault: 'hang' },
    ],
    patienceMs: ANSWERED_MS,
    reached: (call) => call.untilStored('ToolCalled'),
  },
];

type Recorded = Awaited<FleetCall['events']>;

/** A call that was in its phase when its process was killed, and all that came of it. */
interface Survivor {
  readonly phase: string;
  /** Whether Twilio asked what comes next, or had to be told. */
  readonly asks: boolean;
  readonly report: CallReport;
  readonly stored: Recorded;
  readonly events: Recorded;
  /** From the kill to the next media stream. */
  readonly resumedAfterMs: number;
}

interface Started {
  readonly phase: Phase;
  readonly asks: boolean;
  readonly call: FleetCall;
}

/** Every phase at once, in two processes that are killed, beside a third one. */
describe('a call whose process is killed', () => {
  let openAi: OpenAiEmulator;
  let fleet: Fleet;
  let survivors: readonly Survivor[] = [];
  let ungreeted: { readonly report: CallReport; readonly events: Recorded };
  const calls: FleetCall[] = [];
  const tenants = new Map<string, Promise<TestTenant>>();

  beforeAll(async () => {
    openAi = await startOpenAiEmulator();
    fleet = await Fleet.open({
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: openAi.baseUrl,
      DEFAULT_PROVIDER: 'sandbox',
    });
    const [first, second, last] = await fleet.atLeast(3);
    if (!first || !second || !last) throw new Error('A process ended as soon as it was started.');
    await makeTenants([GREETING, LONG_SPEECH]);
    const lasting = await startAll(LASTING, first);
    await Promise.all(
      lasting.map(({ phase, call }) => phase !== LASTING.at(-1) || call.untilHeard('agent_started', 2)),
    );
    const passing = await startAll(PASSING, second);
    const killed = await killWhenReached(lasting, first, last, () =>
      callTo(GREETING, [{ waitForAgent: true }]),
    );
    const others = await killWhenReached(passing, second, last);
    survivors = await Promise.all([...killed.survivors, ...others.survivors].map((one) => one()));
    const { early } = killed;
    if (!early) throw new Error('Nobody called before the kill.');
    const report = await early.report;
    await early.untilStored('CallEnded');
    ungreeted = { report, events: await early.events };
  });
  afterAll(async () => {
    for (const one of calls) one.hangUp();
    await Promise.all(calls.map(({ report }) => report));
    await fleet.close();
    await openAi.close();
  });

  const makeTenants = async (greetings: readonly string[]): Promise<void> => {
    const admin = await fleet.admin();
    for (const greeting of greetings) {
      const made = createTestTenant(
        { admin, url: fleet.balancer.url },
        { greeting, systemPrompt: 'Be kind.', languageModel: { provider: 'openai', model: 'emulated' } },
      );
      tenants.set(greeting, made);
      await made;
    }
  };

  const callTo = async (greeting: string, steps: readonly object[], asks = true): Promise<FleetCall> => {
    const tenant = await tenants.get(greeting);
    if (!tenant) throw new Error('Nobody has this greeting.');
    const placed = fleet.call({ tenantId: tenant.tenantId, to: tenant.number, asks, steps });
    calls.push(placed);
    return placed;
  };

  /** Two calls for each phase, to this process: for the one Twilio asks what comes next, and for the other it doesn't. */
  const startAll = async (phases: readonly Phase[], { url }: FleetProcess): Promise<readonly Started[]> => {
    fleet.balancer.backends = [url];
    for (const { chat = [] } of phases) openAi.scripts.chat.push(...chat);
    const started = await Promise.all(
      phases.flatMap((phase) =>
        [true, false].map(async (asks) => {
          const steps = [
            ...phase.steps,
            { pauseMs: asks ? phase.patienceMs.asks : phase.patienceMs.silent },
            { say: 'Thank you. Is there a place to park?', atOnce: true },
            { waitForAgent: true },
            { hangUp: true },
          ];
          return { phase, asks, call: await callTo(phase.greeting ?? GREETING, steps, asks) };
        }),
      ),
    );
    await Promise.all(started.map(({ call }) => call.untilHeard('stream_opened')));
    return started;
  };

  /** `meanwhile` rings just before, and has its answer, but no media stream. */
  const killWhenReached = async (
    started: readonly Started[],
    victim: FleetProcess,
    survivor: FleetProcess,
    meanwhile?: () => Promise<FleetCall>,
  ) => {
    await Promise.all(started.map(({ phase, call }) => phase.reached(call)));
    const stored = await Promise.all(started.map(({ call }) => call.events));
    fleet.balancer.backends = [victim.url];
    const early = await meanwhile?.();
    await early?.untilHeard('twiml');
    const atMs = performance.now();
    victim.command.signal('SIGKILL');
    fleet.balancer.backends = [survivor.url];
    for (const { phase } of started) {
      for (const script of phase.chat ?? []) {
        const at = openAi.scripts.chat.indexOf(script);
        if (at >= 0) openAi.scripts.chat.splice(at, 1);
      }
    }
    return {
      early,
      survivors: started.map(({ phase, asks, call }, at) => async (): Promise<Survivor> => {
        const report = await call.report;
        await call.untilStored('CallEnded');
        const resumedAfterMs = (call.timeOf('stream_opened', 2) ?? Number.NaN) - atMs;
        const events = await call.events;
        return { phase: phase.name, asks, report, stored: stored[at] ?? [], events, resumedAfterMs };
      }),
    };
  };

  it.each([...LASTING, ...PASSING])('while the agent $name goes on in another', ({ name }) => {
    const both = survivors.filter(({ phase }) => phase === name);
    expect(both.map(({ asks }) => asks)).toEqual([true, false]);
    for (const survivor of both) check(survivor);
  });

  it('before its media began is greeted by another', () => {
    expect(ungreeted.report).toMatchObject({ outcome: 'completed', endedBy: 'caller', says: [] });
    const greetings = ungreeted.events.filter(({ type }) => type === 'GreetingSpoken');
    expect(greetings).toMatchObject([{ data: { heardText: GREETING, interrupted: false } }]);
  });
});

const check = ({ asks, report, stored, events, resumedAfterMs }: Survivor): void => {
  // From the kill to the next voice there are four steps, each as late as the machine is.
  const boundMs = (asks ? BOUNDS_MS.asks : BOUNDS_MS.silent) + 4 * report.generator.lateMaxMs;
  expect(report).toMatchObject({ outcome: 'completed', endedBy: 'caller', says: [], errors: [] });
  const types = events.map(({ type }) => type);
  // What was stored is kept, and nothing is in between.
  expect(events.slice(0, stored.length).map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
  expect(types.filter((type) => type === 'GreetingStarted')).toHaveLength(1);
  // It goes on in one stream more, soon, and the ledger says so.
  expect(resumedAfterMs).toBeLessThan(boundMs);
  const lostAt = types.indexOf('MediaStreamLost');
  const resumed = events[types.indexOf('CallResumed')];
  expect(types.filter((type) => type === 'MediaStreamLost' || type === 'MediaStreamStarted')).toEqual([
    'MediaStreamStarted',
    'MediaStreamLost',
    'MediaStreamStarted',
  ]);
  expect(resumed).toMatchObject({ type: 'CallResumed', data: { attempt: 2 } });
  if (resumed?.type !== 'CallResumed') throw new Error('Not resumed.');
  expect(resumed.data.gapMs).toBeLessThan(boundMs);
  expectAnswers(events, lostAt);
  expect(events.at(types.indexOf('CallEnded'))).toMatchObject({ data: { reason: 'caller_hung_up' } });
};

/** What the caller said gets its answer, also when the process died before it; what was cut off is asked for. */
const expectAnswers = (events: readonly CallEvent[], lostAt: number): void => {
  const turns = events.filter((event) => event.type === 'CallerTurnCommitted');
  const numbers = turns.map(({ data }) => data.turn);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  const { openTurn, agentCutOff } = fold(callDecider, events.slice(0, lostAt));
  const after = events.slice(lostAt);
  const open = openTurn && !openTurn.agentStarted ? openTurn.turn : null;
  const answered = after.filter((event) => event.type === 'AgentTurnStarted').map(({ data }) => data.turn);
  if (open !== null) expect(answered).toContain(open);
  else if (agentCutOff) expect(after).toContainEqual(expect.objectContaining({ type: 'NoticeGiven' }));
  expect(answered).toContain(numbers.at(-1));
};
