import { describe, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { callDecider } from './decider.js';
import type { CallEvent } from './events.js';

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
const lost: CallEvent = { type: 'MediaStreamLost', data: { attempt: 1, atMs: 9_000 } };
const ended: CallEvent = {
  type: 'CallEnded',
  data: { reason: 'caller_hung_up', by: 'caller', atMs: 20_000, durationMs: 19_500 },
};

describe("a media stream's faults", () => {
  it('are told once: the first gap, and each kind of failure', () => {
    const gap = { attempt: 1, gapMs: 100, atMs: 900 } as const;
    const detected: CallEvent = { type: 'MediaGapDetected', data: gap };
    given(callDecider, answered)
      .when({ type: 'ReportMediaGap', ...gap })
      .emits(detected);
    given(callDecider, [...answered, detected])
      .when({ type: 'ReportMediaGap', ...gap, atMs: 5_000 })
      .emits();
    const failure = { attempt: 1, recoverable: true, error: 'the message is not JSON', atMs: 900 } as const;
    const failed: CallEvent = { type: 'AudioProcessingFailed', data: failure };
    given(callDecider, [...answered, detected])
      .when({ type: 'ReportAudioFailure', ...failure })
      .emits(failed);
    given(callDecider, [...answered, failed])
      .when({ type: 'ReportAudioFailure', ...failure, error: 'another' })
      .emits();
    given(callDecider, [...answered, failed])
      .when({ type: 'ReportAudioFailure', ...failure, recoverable: false })
      .emits({ type: 'AudioProcessingFailed', data: { ...failure, recoverable: false } });
  });

  it('are no longer told of one that another has replaced, nor of one that is over', () => {
    for (const past of [
      [...answered, lost],
      [...answered, ended],
    ]) {
      given(callDecider, past).when({ type: 'ReportMediaGap', attempt: 1, gapMs: 100, atMs: 9_500 }).emits();
      given(callDecider, past)
        .when({ type: 'ReportAudioFailure', attempt: 1, recoverable: true, error: 'e', atMs: 9_500 })
        .emits();
    }
    given(callDecider, [
      ...answered,
      { type: 'MediaGapDetected', data: { attempt: 1, gapMs: 100, atMs: 900 } },
      lost,
      started(2, 9_500),
    ])
      .when({ type: 'ReportMediaGap', attempt: 2, gapMs: 60, atMs: 9_900 })
      .emits({ type: 'MediaGapDetected', data: { attempt: 2, gapMs: 60, atMs: 9_900 } });
  });
});

describe("a media stream's measures", () => {
  it('are told once, with what it used of its providers, also after the call is over', () => {
    const quality = {
      attempt: 1,
      receivedFrames: 900,
      sentFrames: 400,
      gaps: 1,
      gapMs: 80,
      longestGapMs: 80,
      jitterMs: 1.5,
      maxJitterMs: 9,
      underruns: 0,
      underrunMs: 0,
      lateMarks: 0,
    } as const;
    const measured: CallEvent = { type: 'MediaQualityMeasured', data: quality };
    given(callDecider, [...answered, ended])
      .when({ type: 'MeasureMedia', ...quality })
      .emits(measured);
    given(callDecider, [...answered, ended, measured])
      .when({ type: 'MeasureMedia', ...quality })
      .emits();
    given(callDecider, [received])
      .when({ type: 'MeasureMedia', ...quality })
      .emits();
    const usage = [
      {
        capability: 'language_model',
        provider: 'openai',
        model: null,
        requests: 2,
        inputTokens: 80,
        outputTokens: 9,
      },
    ] as const;
    const used: CallEvent = { type: 'ProviderUsageMeasured', data: { attempt: 1, usage: [...usage] } };
    given(callDecider, [...answered, ended])
      .when({ type: 'MeasureMedia', ...quality, usage })
      .emits(measured, used);
    given(callDecider, [...answered, ended, measured, used])
      .when({ type: 'MeasureMedia', ...quality, usage })
      .emits();
  });
});
