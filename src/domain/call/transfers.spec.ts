import { describe, expect, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import type { CallCommand } from './decider.js';
import { callDecider } from './decider.js';
import type { CallEvent } from './events.js';
import { TRANSFER_OVER_MS } from './transfers.js';
import type { EndReason, TransferOutcome, TransferRequester } from './vocabulary.js';

const TO = '+14155550199';

const started = (attempt: number, atMs: number): CallEvent => ({
  type: 'MediaStreamStarted',
  data: { attempt, worker: 'w', streamSid: `MZ${attempt}`, atMs },
});
const received: CallEvent = {
  type: 'CallReceived',
  data: {
    callId: 'call_1',
    callSid: `CA${'0'.repeat(32)}`,
    accountSid: 'AC1',
    from: '+14155550123',
    to: '+14155550100',
    contactId: 'c1',
    numberId: 'num_1',
    agentId: 'agt_1',
    agentVersion: 2,
    receivedAt: '2026-11-21T12:00:00.000Z',
  },
};
const answered: CallEvent[] = [received, { type: 'CallAnswered', data: { atMs: 500 } }, started(1, 500)];
const wanted = (transfer: number, by: TransferRequester, atMs = 5_000): CallEvent => ({
  type: 'TransferRequested',
  data: { transfer, to: TO, by, atMs },
});
const dialed: CallEvent = { type: 'TransferDialed', data: { transfer: 1, atMs: 6_000 } };
const over = (outcome: TransferOutcome, durationSeconds: number | null = null): CallEvent => ({
  type: 'TransferEnded',
  data: { transfer: 1, outcome, durationSeconds, atMs: 20_000 },
});
const ended = (reason: EndReason, by: 'caller' | TransferRequester, atMs: number): CallEvent => ({
  type: 'CallEnded',
  data: { reason, by, atMs, durationMs: atMs - 500 },
});
const hungUp: CallEvent = {
  type: 'CallStatusReported',
  data: { status: 'completed', sequence: 1, source: null, durationSeconds: 9 },
};
const endAsked: CallEvent = { type: 'CallEndRequested', data: { atMs: 5_000 } };
const withPerson = [...answered, wanted(1, 'agent'), dialed];

const transfer: CallCommand = { type: 'RequestTransfer', to: TO, atMs: 5_000 };
const end: CallCommand = { type: 'RequestEnd', reachesCarrier: true, atMs: 5_000 };
const overCommand = (outcome: TransferOutcome, durationSeconds: number | null = null): CallCommand => ({
  type: 'EndTransfer',
  transfer: 1,
  outcome,
  durationSeconds,
  atMs: 20_000,
});

describe("an operator's wish", () => {
  it('is recorded of a call that is answered', () => {
    given(callDecider, answered).when(transfer).emits(wanted(1, 'operator'));
    given(callDecider, answered).when(end).emits(endAsked);
    given(callDecider, [...withPerson, over('busy')])
      .when(transfer)
      .emits(wanted(2, 'operator'));
  });

  it.each<[string, readonly CallEvent[], object]>([
    ['that there is not', [], { code: 'NOT_FOUND' }],
    ['that is not answered', [received], { code: 'CONFLICT' }],
    ['that has ended', [...answered, ended('silence', 'platform', 9_000)], { code: 'CONFLICT' }],
  ])('is refused of a call %s', (_, past, error) => {
    given(callDecider, past).when(transfer).isRefused(error);
    given(callDecider, past).when(end).isRefused(error);
  });

  it('for the end is recorded of a call that a person has, where the carrier can be told, and for a transfer not', () => {
    given(callDecider, withPerson).when(transfer).isRefused({ code: 'CONFLICT' });
    given(callDecider, withPerson).when(end).emits(endAsked);
    given(callDecider, [...withPerson, endAsked])
      .when(end)
      .emits();
    given(callDecider, withPerson)
      .when({ ...end, reachesCarrier: false })
      .isRefused({ code: 'CONFLICT', message: expect.stringContaining('set TWILIO_ACCOUNT_SID') });
    given(callDecider, answered)
      .when({ ...end, reachesCarrier: false })
      .emits(endAsked);
  });

  it('for a transfer is refused while one is pending, or the call is to end', () => {
    given(callDecider, [...answered, wanted(1, 'agent')])
      .when(transfer)
      .isRefused({ code: 'CONFLICT' });
    given(callDecider, [...answered, endAsked])
      .when(transfer)
      .isRefused({ code: 'CONFLICT' });
  });

  it('for the end is recorded once, also while a transfer is not dialed yet', () => {
    given(callDecider, [...answered, endAsked])
      .when(end)
      .emits();
    given(callDecider, [...answered, wanted(1, 'agent')])
      .when(end)
      .emits(endAsked);
  });
});

describe('a transfer', () => {
  it('leaves a media stream, and loses none', () =>
    given(callDecider, [...answered, wanted(1, 'agent')])
      .when({ type: 'LoseMedia', attempt: 1, atMs: 6_000 })
      .emits());

  it('of the agent is dropped where an operator was quicker', () => {
    const spoken: CallEvent = { type: 'BackchannelHeard', data: { turn: 1, text: 'Mhm', atMs: 5_100 } };
    const record: CallCommand = { type: 'Record', attempt: 1, events: [spoken, wanted(1, 'agent')] };
    given(callDecider, answered).when(record).emits(spoken, wanted(1, 'agent'));
    given(callDecider, [...answered, wanted(1, 'operator')])
      .when(record)
      .emits(spoken);
  });

  it('is dialed once, and ends the part of its worker', () => {
    const dial: CallCommand = { type: 'DialTransfer', transfer: 1, atMs: 6_000 };
    given(callDecider, [...answered, wanted(1, 'agent')])
      .when(dial)
      .emits(dialed);
    given(callDecider, withPerson).when(dial).emits();
    const zombie: CallCommand = { type: 'Record', attempt: 1, events: [endAsked] };
    given(callDecider, withPerson).when(zombie).isRefused({ code: 'CONFLICT' });
    const next: CallCommand = { type: 'StartMedia', attempt: 2, worker: 'w', streamSid: 'MZ2', atMs: 7_000 };
    given(callDecider, withPerson).when(next).isRefused({ code: 'CONFLICT' });
    given(callDecider, withPerson).when({ type: 'LoseMedia', attempt: 1, atMs: 7_000 }).emits();
  });

  it('that was answered ends the call, once', () => {
    const answer = over('answered', 13);
    const transferred = ended('transferred', 'agent', 20_000);
    given(callDecider, withPerson).when(overCommand('answered', 13)).emits(answer, transferred);
    given(callDecider, [...withPerson, answer, transferred])
      .when(overCommand('answered', 13))
      .emits();
    given(callDecider, [...withPerson, ended('transferred', 'agent', 19_000)])
      .when(overCommand('answered', 13))
      .emits(answer);
  });

  it('that was answered is over by the operator who wanted the end', () =>
    given(callDecider, [...withPerson, endAsked])
      .when(overCommand('answered', 13))
      .emits(over('answered', 13), ended('operator', 'operator', 20_000)));

  it.each<TransferOutcome>(['busy', 'no_answer', 'failed', 'cancelled'])(
    'that was %s goes back to the agent, in the next media stream',
    (outcome) => {
      given(callDecider, withPerson).when(overCommand(outcome)).emits(over(outcome));
      const back = given(callDecider, [...withPerson, over(outcome)]);
      back
        .when({ type: 'StartMedia', attempt: 2, worker: 'w', streamSid: 'MZ2', atMs: 20_300 })
        .emits(started(2, 20_300), { type: 'CallResumed', data: { attempt: 2, gapMs: 300 } });
      back.when(overCommand(outcome)).emits();
    },
  );

  it('that nobody dialed in time, as far as the ledger knows, ends a zombie, too', () => {
    given(callDecider, [...answered, wanted(1, 'agent'), over('busy')])
      .when({ type: 'Record', attempt: 1, events: [endAsked] })
      .isRefused({ code: 'CONFLICT' });
  });
});

describe('a call that never had its media', () => {
  const lostMany = (count: number): CallEvent[] =>
    Array.from({ length: count }, (_, at) => ({
      type: 'MediaStreamLost',
      data: { attempt: at + 1, atMs: 1_000 * at },
    }));

  it.each<[number, EndReason]>([
    [0, 'caller_hung_up'],
    [1, 'caller_hung_up'],
    [6, 'worker_lost'],
  ])('and lost %i streams has ended as %s', (count, reason) => {
    given(callDecider, [received, ...lostMany(count)])
      .when({ type: 'EndUncarried', atMs: 9_000 })
      .emits({ type: 'CallEnded', data: { reason, by: 'platform', atMs: 9_000, durationMs: 0 } });
  });
});

describe('a call that nobody carries', () => {
  const lost: CallEvent = { type: 'MediaStreamLost', data: { attempt: 1, atMs: 9_000 } };
  const late = 6_000 + TRANSFER_OVER_MS;

  it.each<[string, readonly CallEvent[], CallEvent]>([
    ['as its worker is gone', [...answered, lost], ended('worker_lost', 'platform', 30_000)],
    ['as an operator wanted', [...answered, endAsked, lost], ended('operator', 'operator', 30_000)],
    ['with the person', [...withPerson, hungUp], ended('transferred', 'agent', 30_000)],
    [
      'as an operator wanted, with the person',
      [...withPerson, endAsked],
      ended('operator', 'operator', 30_000),
    ],
    [
      'by the caller, before the agent is back',
      [...withPerson, over('busy'), hungUp],
      ended('caller_hung_up', 'caller', 30_000),
    ],
    [
      'by the caller, before the person is dialed',
      [...answered, wanted(1, 'agent'), hungUp],
      ended('caller_hung_up', 'caller', 30_000),
    ],
  ])('has ended %s', (_, past, event) => {
    given(callDecider, past).when({ type: 'EndUncarried', atMs: 30_000 }).emits(event);
    given(callDecider, [...past, event])
      .when({ type: 'EndUncarried', atMs: 31_000 })
      .emits();
  });

  it('goes on with a person, as long as the carrier lets them talk', () => {
    given(callDecider, withPerson)
      .when({ type: 'EndUncarried', atMs: late - 1 })
      .emits();
    given(callDecider, withPerson)
      .when({ type: 'EndUncarried', atMs: late })
      .emits(ended('transferred', 'agent', late));
  });
});
