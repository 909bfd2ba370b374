import type { Decider } from '../decider.js';
import { AppError, ErrorCode } from '../errors.js';
import {
  callEnded,
  dialTransfer,
  endTransfer,
  endUncarried,
  requestEnd,
  requestTransfer,
  type TransferCommand,
} from './decide-transfer.js';
import type { CallEvent } from './events.js';
import type { ProviderUsage } from './media-events.js';
import {
  audioFailureKey,
  type CallState,
  evolveCall,
  initialCall,
  reportKey,
  streamErrorKey,
} from './state.js';
import { isWithPerson, pendingTransfer } from './transfers.js';

type DataOf<T extends CallEvent['type']> = Extract<CallEvent, { type: T }>['data'];

export type CallCommand =
  | TransferCommand
  | ({ readonly type: 'ReceiveCall' } & DataOf<'CallReceived'>)
  | ({ readonly type: 'RejectCall' } & DataOf<'CallRejected'>)
  /** A media socket's `start`: the fencing token is its `attempt`. */
  | ({ readonly type: 'StartMedia' } & DataOf<'MediaStreamStarted'>)
  | ({ readonly type: 'LoseMedia' } & DataOf<'MediaStreamLost'>)
  | ({ readonly type: 'ReportStatus' } & DataOf<'CallStatusReported'>)
  | ({ readonly type: 'ReportStreamError' } & DataOf<'MediaStreamErrorReported'>)
  /** Of a media stream that the call still has. */
  | ({ readonly type: 'ReportMediaGap' } & DataOf<'MediaGapDetected'>)
  | ({ readonly type: 'ReportAudioFailure' } & DataOf<'AudioProcessingFailed'>)
  /** What the worker of `attempt` saw and did. */
  | { readonly type: 'Record'; readonly attempt: number; readonly events: readonly CallEvent[] }
  | ({ readonly type: 'EndCall' } & Omit<DataOf<'CallEnded'>, 'durationMs'>)
  /** Also after the call's end, and by a worker that another took the call from. */
  | ({ readonly type: 'StoreTrace' } & DataOf<'CallTraceStored'>)
  | ({ readonly type: 'StartRecording' } & DataOf<'RecordingStarted'>)
  /** As `StoreTrace`; also by whoever finds the parts that a dead worker left. */
  | ({ readonly type: 'StoreRecording' } & DataOf<'RecordingStored'>)
  /** As `StoreTrace`. `usage`: of its providers; absent: nothing is known of it. */
  | ({
      readonly type: 'MeasureMedia';
      readonly usage?: readonly ProviderUsage[];
    } & DataOf<'MediaQualityMeasured'>);

/** The stream moved on to a higher attempt, or the call is over: this worker has nothing more to say. */
export const isFenced = (state: CallState, attempt: number): boolean =>
  state.phase === 'ended' || state.attempt > attempt || state.lostAttempt >= attempt;

type MeasureMedia = Extract<CallCommand, { type: 'MeasureMedia' }>;

/** Once for each media stream that there was. */
const measured = (command: MeasureMedia, state: CallState): readonly CallEvent[] => {
  const { type: _, usage, ...quality } = command;
  const { attempt } = quality;
  if (attempt > state.attempt || state.measuredAttempts.includes(attempt)) return [];
  const told: CallEvent = { type: 'MediaQualityMeasured', data: quality };
  return usage ? [told, { type: 'ProviderUsageMeasured', data: { attempt, usage: [...usage] } }] : [told];
};

const fenced = (state: CallState, attempt: number): AppError =>
  new AppError(ErrorCode.CONFLICT, `Media attempt ${attempt} is over: ${whoHas(state)}.`, {
    attempt,
    currentAttempt: state.attempt,
  });

const whoHas = (state: CallState): string => {
  if (state.phase === 'ended') return 'the call has ended';
  return isWithPerson(state) ? 'the call is with a person' : `attempt ${state.lostAttempt + 1} has the call`;
};

/** What a worker saw and did. Of two who want the call put through at once, the first one has it so. */
const recorded = (
  { attempt, events }: Extract<CallCommand, { type: 'Record' }>,
  state: CallState,
): readonly CallEvent[] => {
  if (isFenced(state, attempt)) throw fenced(state, attempt);
  return pendingTransfer(state) ? events.filter(({ type }) => type !== 'TransferRequested') : events;
};

const startMedia = (
  { attempt, worker, streamSid, atMs }: Extract<CallCommand, { type: 'StartMedia' }>,
  state: CallState,
): CallEvent[] => {
  if (state.phase !== 'received' && state.phase !== 'answered') throw fenced(state, attempt);
  if (isFenced(state, attempt) || isWithPerson(state)) throw fenced(state, attempt);
  if (state.attempt === attempt) {
    throw new AppError(
      ErrorCode.ALREADY_EXISTS,
      `Media attempt ${attempt} has its socket already: a call has one voice.`,
      { attempt },
    );
  }
  const started: CallEvent = { type: 'MediaStreamStarted', data: { attempt, worker, streamSid, atMs } };
  return state.phase === 'received'
    ? [{ type: 'CallAnswered', data: { atMs } }, started]
    : [started, { type: 'CallResumed', data: { attempt, gapMs: Math.max(0, atMs - state.lostAtMs) } }];
};

export const callDecider: Decider<CallCommand, CallState, CallEvent> = {
  initial: initialCall,
  evolve: evolveCall,

  decide(command, state) {
    switch (command.type) {
      case 'ReceiveCall': {
        const { type: _, ...data } = command;
        return state.phase === 'none' ? [{ type: 'CallReceived', data }] : [];
      }
      case 'RejectCall': {
        const { type: _, ...data } = command;
        // Also one that waited for a line in vain.
        const isWaiting = state.phase === 'received' && state.attempt === 0 && state.lostAttempt === 0;
        return state.phase === 'none' || isWaiting ? [{ type: 'CallRejected', data }] : [];
      }
      case 'StartMedia':
        return startMedia(command, state);
      case 'LoseMedia': {
        const { attempt, atMs } = command;
        // A stream that was left for a person isn't lost.
        const isLeft = isFenced(state, attempt) || pendingTransfer(state) !== null;
        return isLeft ? [] : [{ type: 'MediaStreamLost', data: { attempt, atMs } }];
      }
      case 'ReportStatus': {
        const { type: _, ...data } = command;
        const known = state.phase === 'none' || state.reports.includes(reportKey(data));
        return known ? [] : [{ type: 'CallStatusReported', data }];
      }
      case 'ReportStreamError': {
        const { type: _, ...data } = command;
        const isKnown = state.phase === 'none' || state.streamErrors.includes(streamErrorKey(data));
        return isKnown ? [] : [{ type: 'MediaStreamErrorReported', data }];
      }
      case 'ReportMediaGap': {
        const { type: _, ...data } = command;
        const isKnown = state.gappedAttempts.includes(data.attempt);
        return isKnown || isFenced(state, data.attempt) ? [] : [{ type: 'MediaGapDetected', data }];
      }
      case 'ReportAudioFailure': {
        const { type: _, ...data } = command;
        const isKnown = state.audioFailures.includes(audioFailureKey(data));
        return isKnown || isFenced(state, data.attempt) ? [] : [{ type: 'AudioProcessingFailed', data }];
      }
      case 'Record':
        return recorded(command, state);
      case 'EndCall': {
        const { reason, by, atMs } = command;
        const isOpen = state.phase === 'received' || state.phase === 'answered';
        return isOpen ? [callEnded(state, { reason, by }, atMs)] : [];
      }
      case 'RequestTransfer':
        return requestTransfer(command, state);
      case 'DialTransfer':
        return dialTransfer(command, state);
      case 'EndTransfer':
        return endTransfer(command, state);
      case 'RequestEnd':
        return requestEnd(command, state);
      case 'EndUncarried':
        return endUncarried(command, state);
      case 'StoreTrace': {
        const { type: _, ...data } = command;
        const hasStarted = data.attempt <= state.attempt;
        return hasStarted && !state.tracedAttempts.includes(data.attempt)
          ? [{ type: 'CallTraceStored', data }]
          : [];
      }
      case 'StartRecording': {
        const { type: _, ...data } = command;
        const isKnown = state.recordings.some(({ attempt }) => attempt === data.attempt);
        return isKnown || isFenced(state, data.attempt) ? [] : [{ type: 'RecordingStarted', data }];
      }
      case 'StoreRecording': {
        const { type: _, ...data } = command;
        const open = state.recordings.find(({ attempt, stored }) => attempt === data.attempt && !stored);
        // Another worker's folder is no part of this call: it had no right to the attempt.
        return open && data.object.startsWith(`${open.folder}/`) ? [{ type: 'RecordingStored', data }] : [];
      }
      case 'MeasureMedia':
        return measured(command, state);
    }
  },
};
