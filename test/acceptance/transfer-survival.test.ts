import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiClient } from '../../src/client/api-client.js';
import { CallBySid, EndCall, Login, TransferCall } from '../../src/client/operations.js';
import type { CallReport } from '../../src/simulator/call-report.js';
import { Fleet, type FleetCall } from '../support/fleet.js';
import { ADMIN, createTestTenant, type TestTenant } from '../support/platform.js';
import { until } from '../support/postgres/until.js';

jest.setTimeout(180_000);

const MANAGER = '+14155550144';
const PROMPT = `You are Ada.
A check-up costs eighty dollars, takes half an hour, and includes cleaning and a talk with the dentist about your teeth, and about all that you may want to know of them.`;

type Recorded = Awaited<FleetCall['events']>;

/** A call whose process was killed as soon as somebody wanted something of it. */
interface Survivor {
  readonly report: CallReport;
  readonly events: Recorded;
}

const typesOf = (events: Recorded) => events.map(({ type }) => type);

/** The wish is in the ledger, and its process is dead before it could carry it out. */
describe('what an operator asked of a process that is killed', () => {
  let fleet: Fleet;
  let tenant: TestTenant;
  const calls: FleetCall[] = [];
  let asked: Survivor;
  let told: Survivor;
  let ended: Survivor;

  beforeAll(async () => {
    fleet = await Fleet.open();
    const [victim, survivor] = await fleet.two();
    tenant = await createTestTenant(
      { admin: await fleet.admin(), url: fleet.balancer.url },
      { greeting: 'Hello.', systemPrompt: PROMPT },
    );
    fleet.balancer.backends = [victim.url];
    const [first, second, third] = [callThat(true), callThat(false), callThat(false)];
    await Promise.all(calls.map((call) => call.untilStored('AgentTurnStarted')));
    fleet.balancer.backends = [survivor.url];
    const wishes = await Promise.all(calls.map(idOf));
    // Another process takes the mutations: nothing but the ledger tells the one that carries the calls.
    const api = new ApiClient(survivor.url);
    const { login } = await api.request(Login, { input: { ...ADMIN, tenantId: tenant.tenantId } });
    const operator = api.as(login.accessToken);
    victim.command.signal('SIGSTOP');
    const requests = wishes.map(async (callId, at) => {
      const input = { callId, to: MANAGER, idempotencyKey: `transfer ${at}` };
      if (at < 2) await operator.request(TransferCall, { input });
      else await operator.request(EndCall, { input: { callId } });
    });
    // The read models may hang with the process that is stopped: then what was asked is stored, and not shown in time.
    const answered = Promise.allSettled(requests);
    await Promise.all([first.untilStored('TransferRequested'), second.untilStored('TransferRequested')]);
    await third.untilStored('CallEndRequested');
    victim.command.signal('SIGKILL');
    await answered;
    [asked, told, ended] = await Promise.all([over(first), over(second), over(third)]);
  });
  afterAll(async () => {
    for (const call of calls) call.hangUp();
    await Promise.all(calls.map(({ report }) => report));
    await fleet.close();
  });

  const callThat = (asks: boolean): FleetCall => {
    const steps = [{ waitForAgent: true }, { say: 'What does a check-up cost?' }, { pauseMs: 25_000 }];
    const call = fleet.call({ tenantId: tenant.tenantId, to: tenant.number, asks, steps });
    calls.push(call);
    return call;
  };

  const idOf = ({ callSid }: FleetCall): Promise<string> =>
    until('the call is shown', async () => {
      const { call } = await tenant.client.request(CallBySid, { callSid });
      return call?.id;
    });

  const over = async (call: FleetCall): Promise<Survivor> => {
    const report = await call.report;
    await call.untilStored('CallEnded');
    return { report, events: await call.events };
  };

  it.each([
    ['where Twilio asks', () => asked],
    ['where Twilio must be told', () => told],
  ])('is a transfer: the person is dialed, once, %s', (_, of) => {
    const { report, events } = of();
    expect(report).toMatchObject({ dials: [MANAGER], endedBy: 'platform', errors: [] });
    expect(report.streams).toHaveLength(1);
    const types = typesOf(events);
    expect(types.filter((type) => /^Transfer|MediaStream|CallEnded/.test(type))).toEqual([
      'MediaStreamStarted',
      'TransferRequested',
      'TransferDialed',
      'TransferEnded',
      'CallEnded',
    ]);
    expect(events[types.indexOf('CallEnded')]).toMatchObject({
      data: { reason: 'transferred', by: 'operator' },
    });
  });

  it('is the end: whoever finds the call ends it as the operator’s', () => {
    const { report, events } = ended;
    expect(report).toMatchObject({ dials: [], endedBy: 'platform' });
    expect(events.find(({ type }) => type === 'CallEnded')).toMatchObject({
      data: { reason: 'operator', by: 'operator' },
    });
  });
});

/** A person has the call, Twilio didn't do what it was told, and nobody is left who could tell it again. */
describe('an end that an operator asked of a process that is killed, of a call that a person has', () => {
  let fleet: Fleet;
  let call: FleetCall;
  beforeAll(async () => {
    fleet = await Fleet.open();
    const [only] = await fleet.atLeast(1);
    const tenant = await createTestTenant(
      { admin: await fleet.admin(), url: fleet.balancer.url },
      { greeting: 'Hello.', transferTo: MANAGER },
    );
    const steps = [
      { waitForAgent: true },
      { say: 'Can I talk to a real person, please?' },
      { pauseMs: 120_000 },
    ];
    const { tenantId, number: to } = tenant;
    call = fleet.call({ tenantId, to, asks: true, steps, personTalksMs: 120_000 });
    await call.untilStored('TransferDialed');
    const { callSid } = call;
    fleet.twilio.failures.set(callSid, Number.POSITIVE_INFINITY);
    const callId = await until('the call is shown', async () => {
      return (await tenant.client.request(CallBySid, { callSid })).call?.id;
    });
    await tenant.client.request(EndCall, { input: { callId } });
    await until('Twilio is told', async () => fleet.twilio.requests.length > 0);
    only?.command.signal('SIGKILL');
    await only?.command.ended;
    fleet.twilio.failures.clear();
    await fleet.atLeast(1);
  });
  afterAll(async () => {
    call.hangUp();
    await call.report;
    await fleet.close();
  });

  it('is carried out by the next one', async () => {
    expect(await call.report).toMatchObject({ dials: [MANAGER], endedBy: 'platform', errors: [] });
    await call.untilStored('CallEnded');
    const ends = (await call.events).filter(({ type }) => type.startsWith('CallEnd'));
    expect(ends).toMatchObject([
      { type: 'CallEndRequested' },
      { type: 'CallEnded', data: { reason: 'operator', by: 'operator' } },
    ]);
  });
});
