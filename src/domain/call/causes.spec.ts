import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../event.js';
import { causesOf } from './causes.js';
import type { CallEvent } from './events.js';

/** Types with what tells two of a kind apart: `ToolCalled b`, `MediaStreamStarted 2`. */
const named = (name: string, fields: Record<string, unknown> = {}): RecordedEvent<CallEvent> => {
  const [type = ''] = name.split(' ');
  return { id: name, type, data: fields } as unknown as RecordedEvent<CallEvent>;
};

const causedBy = (...events: RecordedEvent<CallEvent>[]): Record<string, string> =>
  Object.fromEntries(causesOf(events));

describe('what caused the events of a call', () => {
  it('is the step before on the way to the greeting', () => {
    expect(
      causedBy(
        named('CallReceived'),
        named('CallAnswered'),
        named('MediaStreamStarted 1', { attempt: 1 }),
        named('GreetingStarted'),
        named('GreetingSpoken'),
      ),
    ).toEqual({
      CallAnswered: 'CallReceived',
      'MediaStreamStarted 1': 'CallAnswered',
      GreetingStarted: 'MediaStreamStarted 1',
      GreetingSpoken: 'GreetingStarted',
    });
  });

  it('is what was asked in the turn, and the call of the tool that returned', () => {
    expect(
      causedBy(
        named('CallerTurnCommitted 1', { turn: 1 }),
        named('DtmfReceived 2', { turn: 2 }),
        named('ToolCalled a', { turn: 2, toolCallId: 'a' }),
        named('ToolCalled b', { turn: 2, toolCallId: 'b' }),
        named('ToolReturned b', { turn: 2, toolCallId: 'b' }),
        named('ToolReturned a', { turn: 2, toolCallId: 'a' }),
        named('AgentTurnStarted', { turn: 2 }),
        named('AgentTurnComposed', { turn: 2 }),
        named('AgentTurnSpoken', { turn: 2 }),
      ),
    ).toEqual({
      'ToolCalled a': 'DtmfReceived 2',
      'ToolCalled b': 'DtmfReceived 2',
      'ToolReturned b': 'ToolCalled b',
      'ToolReturned a': 'ToolCalled a',
      AgentTurnStarted: 'DtmfReceived 2',
      AgentTurnComposed: 'DtmfReceived 2',
      AgentTurnSpoken: 'AgentTurnStarted',
    });
  });

  it('is the transfer, for what comes of it', () => {
    expect(
      causedBy(
        named('CallAnswered'),
        named('MediaStreamStarted 1', { attempt: 1 }),
        named('AgentTurnSpoken', { turn: 3 }),
        named('TransferRequested', { transfer: 1, turn: 3 }),
        named('TransferDialed', { transfer: 1 }),
        named('TransferEnded', { transfer: 1 }),
        named('MediaStreamStarted 2', { attempt: 2 }),
        named('NoticeGiven', { notice: 'transfer_failed' }),
        named('CallEndRequested'),
        named('CallEnded', { reason: 'operator' }),
      ),
    ).toEqual({
      'MediaStreamStarted 1': 'CallAnswered',
      TransferRequested: 'AgentTurnSpoken',
      TransferDialed: 'TransferRequested',
      TransferEnded: 'TransferDialed',
      'MediaStreamStarted 2': 'TransferEnded',
      NoticeGiven: 'TransferEnded',
      CallEnded: 'CallEndRequested',
    });
  });

  it('is the media stream that was lost, for the one that takes the call over', () => {
    expect(
      causedBy(
        named('CallAnswered'),
        named('MediaStreamStarted 1', { attempt: 1, streamSid: 'MZ1' }),
        named('RecordingStarted', { attempt: 1 }),
        named('MediaStreamLost', { attempt: 1 }),
        named('MediaStreamStarted 2', { attempt: 2, streamSid: 'MZ2' }),
        named('CallResumed', { attempt: 2 }),
        named('NoticeGiven', { notice: 'resumed' }),
        named('MediaStreamErrorReported', { streamSid: 'MZ1' }),
        named('RecordingStored', { attempt: 1 }),
        named('MediaQualityMeasured', { attempt: 2 }),
      ),
    ).toEqual({
      'MediaStreamStarted 1': 'CallAnswered',
      RecordingStarted: 'MediaStreamStarted 1',
      MediaStreamLost: 'MediaStreamStarted 1',
      'MediaStreamStarted 2': 'MediaStreamLost',
      CallResumed: 'MediaStreamStarted 2',
      NoticeGiven: 'CallResumed',
      MediaStreamErrorReported: 'MediaStreamStarted 1',
      RecordingStored: 'RecordingStarted',
      MediaQualityMeasured: 'MediaStreamStarted 2',
    });
  });

  it('is the failure for what did it instead, and the first audio for an answer that was late', () => {
    const failed = { turn: 1, capability: 'language_model', provider: 'openai' };
    expect(
      causedBy(
        named('CallerTurnCommitted', { turn: 1 }),
        named('ProviderFailed', failed),
        named('ProviderFailedOver', { turn: 1, capability: 'language_model', from: 'openai' }),
        named('AgentTurnStarted', { turn: 1 }),
        named('TurnBudgetExceeded', { turn: 1 }),
      ),
    ).toEqual({
      ProviderFailed: 'CallerTurnCommitted',
      ProviderFailedOver: 'ProviderFailed',
      AgentTurnStarted: 'CallerTurnCommitted',
      TurnBudgetExceeded: 'AgentTurnStarted',
    });
  });

  it('is the prompt for what was heard of it, and the media stream for what it lacked', () => {
    expect(
      causedBy(
        named('MediaStreamStarted', { attempt: 1 }),
        named('MediaGapDetected', { attempt: 1 }),
        named('AudioProcessingFailed', { attempt: 1 }),
        named('SilencePrompted', { turn: 1 }),
        named('PromptSpoken 1', { turn: 1 }),
        named('NoticeGiven', { turn: 1, notice: 'max_duration' }),
        named('PromptSpoken 2', { turn: 1 }),
      ),
    ).toEqual({
      MediaGapDetected: 'MediaStreamStarted',
      AudioProcessingFailed: 'MediaStreamStarted',
      'PromptSpoken 1': 'SilencePrompted',
      'PromptSpoken 2': 'NoticeGiven',
    });
  });

  it('is not in the ledger for what a person, the carrier or the clock brought about', () => {
    const outside = [
      named('CallReceived'),
      named('CallerTurnCommitted', { turn: 1 }),
      named('BackchannelHeard', { turn: 1 }),
      named('SilencePrompted', { rung: 1 }),
      named('NoticeGiven', { notice: 'max_duration' }),
      named('CallStatusReported'),
      named('CallEnded'),
    ];
    expect(causedBy(...outside)).toEqual({});
    expect(causedBy(named('AgentTurnStarted', { turn: 1 }))).toEqual({});
  });
});
