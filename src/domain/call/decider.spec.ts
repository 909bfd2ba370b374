import { describe, expect, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { fold } from '../decider.js';
import { callDecider } from './decider.js';
import type { CallEvent } from './events.js';
import { isLineBroken } from './state.js';

const call = {
  callId: 'call_1',
  callSid: `CA${'0'.repeat(32)}`,
  accountSid: 'AC1',
  from: '+14155550123',
  to: '+14155550100',
  contactId: 'c1',
};
const receive = {
  ...call,
  numberId: 'num_1',
  agentId: 'agt_1',
  agentVersion: 2,
  receivedAt: '2026-11-21T12:00:00.000Z',
};
const received: CallEvent = { type: 'CallReceived', data: receive };
const start = (attempt: number, atMs: number) =>
  ({ type: 'StartMedia', attempt, worker: 'w', streamSid: `MZ${attempt}`, atMs }) as const;
const started = (attempt: number, atMs: number): CallEvent => ({
  type: 'MediaStreamStarted',
  data: { attempt, worker: 'w', streamSid: `MZ${attempt}`, atMs },
});
const answered: CallEvent[] = [received, { type: 'CallAnswered', data: { atMs: 500 } }, started(1, 500)];
const lost: CallEvent = { type: 'MediaStreamLost', data: { attempt: 1, atMs: 9_000 } };
const turn: CallEvent = {
  type: 'CallerTurnCommitted',
  data: { turn: 1, text: 'Hello?', startedMs: 900, endedMs: 1_500, confidence: 1, endpointing: 'transcript' },
};
const report = {
  status: 'completed',
  sequence: 3,
  source: 'call-progress-events',
  durationSeconds: 12,
} as const;
const ended: CallEvent = {
  type: 'CallEnded',
  data: { reason: 'caller_hung_up', by: 'caller', atMs: 20_000, durationMs: 19_500 },
};

describe('a call', () => {
  it('is received once, however often its webhook comes', () => {
    given(callDecider)
      .when({ type: 'ReceiveCall', ...receive })
      .emits(received);
    given(callDecider, [received])
      .when({ type: 'ReceiveCall', ...receive })
      .emits();
  });

  it('is rejected with a reason, and then not received', () => {
    const rejected: CallEvent = { type: 'CallRejected', data: { ...call, reason: 'unknown_number' } };
    given(callDecider)
      .when({ type: 'RejectCall', ...call, reason: 'unknown_number' })
      .emits(rejected);
    given(callDecider, [rejected])
      .when({ type: 'ReceiveCall', ...receive })
      .emits();
    given(callDecider, [rejected]).when(start(1, 500)).isRefused({ code: 'CONFLICT' });
  });

  it('is answered by its first media stream', () =>
    given(callDecider, [received])
      .when(start(1, 500))
      .emits({ type: 'CallAnswered', data: { atMs: 500 } }, started(1, 500)));

  it('has one voice: a second stream of the same attempt is refused', () =>
    given(callDecider, answered).when(start(1, 700)).isRefused({ code: 'ALREADY_EXISTS' }));

  it('goes on with the next attempt after its stream was lost, and tells the gap', () => {
    given(callDecider, answered).when({ type: 'LoseMedia', attempt: 1, atMs: 9_000 }).emits(lost);
    given(callDecider, [...answered, lost])
      .when(start(2, 10_200))
      .emits(started(2, 10_200), { type: 'CallResumed', data: { attempt: 2, gapMs: 1_200 } });
  });

  it('loses the same stream once, and an older one not at all', () => {
    given(callDecider, [...answered, lost])
      .when({ type: 'LoseMedia', attempt: 1, atMs: 9_100 })
      .emits();
    given(callDecider, [...answered, lost, started(2, 10_000)])
      .when({ type: 'LoseMedia', attempt: 1, atMs: 11_000 })
      .emits();
  });

  it('takes nothing more from a worker whose stream was lost, and no late stream of it', () => {
    const state = given(callDecider, [...answered, lost]);
    state.when({ type: 'Record', attempt: 1, events: [turn] }).isRefused({ code: 'CONFLICT' });
    state.when(start(1, 9_500)).isRefused({ code: 'CONFLICT' });
  });

  it('takes what its worker records', () =>
    given(callDecider, answered)
      .when({ type: 'Record', attempt: 1, events: [turn] })
      .emits(turn));

  it('takes each report of the carrier once, in any order, and also after the end', () => {
    const recorded: CallEvent = { type: 'CallStatusReported', data: report };
    given(callDecider, [...answered, ended])
      .when({ type: 'ReportStatus', ...report })
      .emits(recorded);
    given(callDecider, [...answered, recorded])
      .when({ type: 'ReportStatus', ...report })
      .emits();
    given(callDecider, [...answered, recorded])
      .when({ type: 'ReportStatus', ...report, sequence: 2, status: 'in-progress', durationSeconds: null })
      .emits({
        type: 'CallStatusReported',
        data: { ...report, sequence: 2, status: 'in-progress', durationSeconds: null },
      });
  });

  it('ends once', () => {
    const end = { type: 'EndCall', reason: 'worker_lost', by: 'platform', atMs: 20_000 } as const;
    given(callDecider, answered)
      .when(end)
      .emits({
        type: 'CallEnded',
        data: { reason: 'worker_lost', by: 'platform', atMs: 20_000, durationMs: 19_500 },
      });
    given(callDecider, [...answered, ended])
      .when(end)
      .emits();
    given(callDecider, [...answered, ended])
      .when({ type: 'Record', attempt: 1, events: [turn] })
      .isRefused({ code: 'CONFLICT' });
  });

  it('remembers for the model what was said and what was heard, never what was only composed', () => {
    const { state } = given(callDecider, [
      ...answered,
      turn,
      { type: 'AgentTurnStarted', data: { turn: 1, generation: 2, atMs: 2_000 } },
      { type: 'AgentTurnComposed', data: { turn: 1, text: 'We are open from eight to six.', usage: null } },
      {
        type: 'AgentTurnSpoken',
        data: {
          turn: 1,
          heardText: 'We are open',
          heardMs: 900,
          interrupted: true,
          startedMs: 2_000,
          endedMs: 2_900,
          latency: {
            endpointingMs: null,
            transcriptMs: null,
            modelFirstTokenMs: null,
            synthesisFirstByteMs: null,
            leadingSilenceMs: null,
            firstFrameMs: null,
            playoutMs: null,
            responseMs: null,
            ownMs: null,
            interruptionMs: null,
          },
        },
      },
    ]);
    expect(state.history).toEqual([
      { role: 'caller', text: 'Hello?' },
      { role: 'agent', text: 'We are open', interrupted: true },
    ]);
  });

  it('counts an answer that was open when the worker died as heard by nobody knows how much', () => {
    const { state } = given(callDecider, [
      ...answered,
      turn,
      { type: 'AgentTurnStarted', data: { turn: 1, generation: 2, atMs: 2_000 } },
      lost,
    ]);
    expect(state.history.at(-1)).toEqual({ role: 'agent', text: null, interrupted: true });
    expect(state.openTurn).toBeNull();
  });

  describe('in which the agent speaks of its own accord', () => {
    const prompted: CallEvent = {
      type: 'SilencePrompted',
      data: { rung: 1, text: 'Are you still there?', turn: 0, atMs: 9_000 },
    };
    const heard = (heardText: string, interrupted = true): CallEvent => ({
      type: 'PromptSpoken',
      data: { turn: 0, heardText, heardMs: 300, interrupted, startedMs: 9_060, endedMs: 9_400 },
    });
    const historyOf = (...events: readonly CallEvent[]) =>
      given(callDecider, [...answered, prompted, ...events]).state.history;

    it('remembers what the caller heard of it, and nothing where that was nothing', () => {
      expect(historyOf(heard('Are you still there?', false), turn)).toEqual([
        { role: 'agent', text: 'Are you still there?', interrupted: false },
        { role: 'caller', text: 'Hello?' },
      ]);
      expect(historyOf(heard('Are you'))).toEqual([{ role: 'agent', text: 'Are you', interrupted: true }]);
      expect(historyOf(heard(''), turn)).toEqual([{ role: 'caller', text: 'Hello?' }]);
    });

    it('does not know what was heard when the worker died in the middle of it', () => {
      expect(historyOf(lost)).toEqual([{ role: 'agent', text: null, interrupted: true }]);
      expect(historyOf(heard('Are you still there?', false), lost)).toEqual([
        { role: 'agent', text: 'Are you still there?', interrupted: false },
      ]);
    });

    it('takes a prompt of before, of which nobody told more, as heard', () => {
      const { turn: _, ...data } = (prompted as Extract<CallEvent, { type: 'SilencePrompted' }>).data;
      const { state } = given(callDecider, [...answered, { type: 'SilencePrompted', data }, lost]);
      expect(state.history).toEqual([{ role: 'agent', text: 'Are you still there?', interrupted: false }]);
    });

    it('has not apologized where nobody heard it', () => {
      const apology: CallEvent = {
        type: 'NoticeGiven',
        data: { notice: 'failed', text: 'I am sorry.', turn: 0, atMs: 9_000 },
      };
      const apologized = (text: string) =>
        given(callDecider, [...answered, apology, heard(text)]).state.apologized;
      expect([apologized('I am'), apologized('')]).toEqual([true, false]);
    });
  });

  describe('kept to be replayed', () => {
    const stored = {
      attempt: 1,
      object: 'traces/tnt_1/call_1/1-0.trace',
      sha256: '0'.repeat(64),
      bytes: 9,
      inputs: 3,
      cut: false,
    } as const;
    const trace: CallEvent = { type: 'CallTraceStored', data: stored };

    it('has one trace of each media stream, also after its end or when another worker has it', () => {
      given(callDecider, [...answered, ended])
        .when({ type: 'StoreTrace', ...stored })
        .emits(trace);
      given(callDecider, [...answered, lost, started(2, 9_500)])
        .when({ type: 'StoreTrace', ...stored })
        .emits(trace);
      given(callDecider, [...answered, ended, trace])
        .when({ type: 'StoreTrace', ...stored, object: 'another' })
        .emits();
      given(callDecider, [received])
        .when({ type: 'StoreTrace', ...stored })
        .emits();
    });

    it('fences nobody, and stays as it is', () => {
      const { state } = given(callDecider, [...answered, trace]);
      expect(state).toEqual({ ...given(callDecider, answered).state, tracedAttempts: [1] });
      given(callDecider, [...answered, trace])
        .when({ type: 'Record', attempt: 1, events: [turn] })
        .emits(turn);
      given(callDecider, [...answered, ended, trace])
        .when({ type: 'EndCall', reason: 'operator', by: 'operator', atMs: 30_000 })
        .emits();
    });
  });

  describe('that is recorded', () => {
    const begun = { attempt: 1, folder: 'recordings/tnt_1/call_1/1-ab', startedAtMs: 500 } as const;
    const stored = {
      attempt: 1,
      object: 'recordings/tnt_1/call_1/1-ab/list-0.json',
      sha256: '0'.repeat(64),
      bytes: 9,
      startedAtMs: 500,
      durationMs: 4_000,
      encoding: 'audio/x-mulaw',
      sampleRateHz: 8_000,
      channels: ['caller', 'agent'],
      complete: true,
    };
    const recording: CallEvent = { type: 'RecordingStarted', data: begun };
    const kept: CallEvent = { type: 'RecordingStored', data: stored };

    it('says so once for each media stream, and not for one that is over', () => {
      given(callDecider, answered)
        .when({ type: 'StartRecording', ...begun })
        .emits(recording);
      given(callDecider, [...answered, recording])
        .when({ type: 'StartRecording', ...begun, folder: 'another' })
        .emits();
      given(callDecider, [...answered, lost])
        .when({ type: 'StartRecording', ...begun })
        .emits();
    });

    it('says once what there is of it, also after its end or when another worker has it', () => {
      for (const after of [[ended], [lost, started(2, 10_000)], []]) {
        given(callDecider, [...answered, recording, ...after])
          .when({ type: 'StoreRecording', ...stored })
          .emits(kept);
      }
      given(callDecider, [...answered, recording, ended, kept])
        .when({ type: 'StoreRecording', ...stored })
        .emits();
      given(callDecider, [...answered, ended])
        .when({ type: 'StoreRecording', ...stored })
        .emits();
    });

    it('takes nothing from the folder of a worker that had no right to the media stream', () =>
      given(callDecider, [...answered, recording])
        .when({ type: 'StoreRecording', ...stored, object: 'recordings/tnt_1/call_1/1-cd/list-0.json' })
        .emits());
  });

  it('that waited for a line in vain is rejected, and one that has its media is not', () => {
    const rejected: CallEvent = { type: 'CallRejected', data: { ...call, reason: 'busy' } };
    given(callDecider, [received])
      .when({ type: 'RejectCall', ...call, reason: 'busy' })
      .emits(rejected);
    given(callDecider, answered)
      .when({ type: 'RejectCall', ...call, reason: 'busy' })
      .emits();
  });

  it('knows a trouble of its media stream once', () => {
    const trouble = { streamSid: 'MZ1', code: 31_941, error: '31941 - Invalid track', atMs: 900 };
    const reported: CallEvent = { type: 'MediaStreamErrorReported', data: trouble };
    given(callDecider, answered)
      .when({ type: 'ReportStreamError', ...trouble })
      .emits(reported);
    given(callDecider, [...answered, reported])
      .when({ type: 'ReportStreamError', ...trouble, atMs: 1_000 })
      .emits();
  });

  it.each([
    ['six losses in a minute break the line', 6, 11_000, true],
    ['six in more than that do not', 6, 13_000, false],
    ['five do not', 5, 1_000, false],
  ])('%s', (_, losses, everyMs, isBroken) => {
    const events = Array.from({ length: losses }, (_none, n): CallEvent[] => [
      started(n + 1, n * everyMs + 500),
      { type: 'MediaStreamLost', data: { attempt: n + 1, atMs: (n + 1) * everyMs } },
    ]).flat();
    expect(isLineBroken(fold(callDecider, [received, ...events]))).toBe(isBroken);
  });

  it('remembers that it could not apologize: its voice was what failed', () => {
    const apology: CallEvent = {
      type: 'NoticeGiven',
      data: { notice: 'failed', text: 'I am sorry.', atMs: 2_000 },
    };
    const failure: CallEvent = {
      type: 'ProviderFailed',
      data: { turn: 1, capability: 'text_to_speech', provider: 'sandbox', error: 'deadline', atMs: 2_100 },
    };
    const over: CallEvent = { ...ended, data: { ...ended.data, reason: 'failed' } } as CallEvent;
    expect(fold(callDecider, [...answered, apology, over])).toMatchObject({
      endReason: 'failed',
      apologized: true,
    });
    expect(fold(callDecider, [...answered, apology, failure, over])).toMatchObject({ apologized: false });
  });
});
