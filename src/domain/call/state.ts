import type { CallEvent } from './events.js';
import { type HistoryEntry, withEntry } from './history.js';
import { type CallTransfer, withTransferEvent } from './transfers.js';
import { type EndReason, isTerminal } from './vocabulary.js';

/** What an answer to the caller is waiting for. */
export interface OpenTurn {
  readonly turn: number;
  /** The agent's voice was under way. */
  readonly agentStarted: boolean;
  /** The model's whole text; `null`: still composing. */
  readonly composed: string | null;
}

/** A media stream that is recorded, or was. */
export interface CallRecording {
  readonly attempt: number;
  /** Where its parts are. */
  readonly folder: string;
  readonly startedAtMs: number;
  /** The ledger says what there is of it. */
  readonly stored: boolean;
}

export interface CallState {
  readonly phase: 'none' | 'rejected' | 'received' | 'answered' | 'ended';
  /** `null`: it goes on. */
  readonly endReason: EndReason | null;
  readonly rejectedFor: Extract<CallEvent, { type: 'CallRejected' }>['data']['reason'] | null;
  readonly callSid: string | null;
  readonly accountSid: string | null;
  readonly agentId: string | null;
  readonly agentVersion: number | null;
  /** Where the call's clock begins, ISO 8601. */
  readonly receivedAt: string | null;
  /** The media stream that carries the call, as a fencing token; 0: none yet. */
  readonly attempt: number;
  /** The attempts that are gone. The next one is `lostAttempt + 1`. */
  readonly lostAttempt: number;
  readonly lostAtMs: number;
  /** When the latest streams were lost: as many as decide whether the line is broken for good. */
  readonly lossesAtMs: readonly number[];
  /** Milliseconds on the call's clock. */
  readonly answeredAtMs: number;
  readonly greeting: 'none' | 'started' | 'spoken';
  /** The caller heard to its end that the call is recorded. */
  readonly recordingConsentHeard: boolean;
  /** The latest exchange's number. */
  readonly turn: number;
  /** The caller's turn that has no whole answer yet. */
  readonly openTurn: OpenTurn | null;
  /** The agent was cut short, and the caller has said nothing since. */
  readonly agentCutOff: boolean;
  /** For the model: what was said and what was heard. */
  readonly history: readonly HistoryEntry[];
  /** Where in it the prompt stands that is being said: what is heard of it is still to be told. `null`: there is none. */
  readonly openPrompt: number | null;
  /** Status reports that are recorded already, as `source:sequence`. */
  readonly reports: readonly string[];
  /** What the carrier said of a media stream's trouble, as `streamSid:error`. */
  readonly streamErrors: readonly string[];
  /** The media streams whose audio is known to lack something. */
  readonly gappedAttempts: readonly number[];
  /** Those of which something couldn't be read, as `attempt:recoverable`. */
  readonly audioFailures: readonly string[];
  /** The agent said that it can't go on, and its voice has not failed since. */
  readonly apologized: boolean;
  /** The carrier says that the call is over. */
  readonly carrierEnded: boolean;
  readonly transfers: readonly CallTransfer[];
  /** Nobody took the call that was to be put through, and the caller isn't told yet. */
  readonly transferFailed: boolean;
  /** Since when an operator wants the call to end; `null`: nobody does. */
  readonly endRequestedAtMs: number | null;
  /** The media streams whose conversation is kept. */
  readonly tracedAttempts: readonly number[];
  readonly recordings: readonly CallRecording[];
  /** The media streams whose quality is known. */
  readonly measuredAttempts: readonly number[];
}

export const initialCall: CallState = {
  phase: 'none',
  endReason: null,
  rejectedFor: null,
  callSid: null,
  accountSid: null,
  agentId: null,
  agentVersion: null,
  receivedAt: null,
  attempt: 0,
  lostAttempt: 0,
  lostAtMs: 0,
  lossesAtMs: [],
  answeredAtMs: 0,
  greeting: 'none',
  recordingConsentHeard: false,
  turn: 0,
  openTurn: null,
  agentCutOff: false,
  history: [],
  openPrompt: null,
  reports: [],
  streamErrors: [],
  gappedAttempts: [],
  audioFailures: [],
  apologized: false,
  carrierEnded: false,
  transfers: [],
  transferFailed: false,
  endRequestedAtMs: null,
  tracedAttempts: [],
  recordings: [],
  measuredAttempts: [],
};

/** One report a sequence number; without numbers, one a status. */
export const reportKey = (report: {
  source: string | null;
  sequence: number | null;
  status: string;
}): string => `${report.source ?? ''}:${report.sequence ?? report.status}`;

/** One error of one stream, however often the carrier tells of it. */
export const streamErrorKey = ({ streamSid, error }: { streamSid: string; error: string }): string =>
  `${streamSid}:${error}`;

/** One failure of each kind, however much can't be read. */
export const audioFailureKey = (failure: { attempt: number; recoverable: boolean }): string =>
  `${failure.attempt}:${failure.recoverable}`;

/** So many losses within a minute: the next stream would break, too. */
const MAX_LOSSES = 5;
const LOSSES_WITHIN_MS = 60_000;

/** Media streams break again and again: the caller is told, and the call ends. */
export const isLineBroken = ({ lossesAtMs }: CallState): boolean => {
  const [first, last] = [lossesAtMs[0], lossesAtMs.at(-1)];
  if (first === undefined || last === undefined || lossesAtMs.length <= MAX_LOSSES) return false;
  return last - first <= LOSSES_WITHIN_MS;
};

/** Of a stream that is gone: what its worker records from now on is refused. */
const closeStream = (state: CallState, atMs: number): CallState =>
  closeOpenSpeech({ ...state, lostAttempt: Math.max(state.lostAttempt, state.attempt), lostAtMs: atMs });

/** A worker that dies leaves the agent's speech open: nobody knows what was heard of it. */
const closeOpenSpeech = (state: CallState): CallState => {
  const closed = closePrompt(state, { heardText: null, interrupted: true });
  return closed.openTurn?.agentStarted
    ? {
        ...closed,
        openTurn: null,
        history: withEntry(closed.history, { role: 'agent', text: null, interrupted: true }),
      }
    : closed;
};

type Heard = Pick<Extract<CallEvent, { type: 'PromptSpoken' }>['data'], 'interrupted'> & {
  readonly heardText: string | null;
};

/** What was heard of a prompt takes the place of what was to be said. */
const closePrompt = (state: CallState, { heardText: text, interrupted }: Heard): CallState => {
  const { openPrompt, history } = state;
  if (openPrompt === null) return state;
  const heard = withEntry([], { role: 'agent', text, interrupted });
  return { ...state, openPrompt: null, history: history.toSpliced(openPrompt, 1, ...heard) };
};

type OpeningSpoken = Extract<CallEvent, { type: 'GreetingSpoken' | 'PromptSpoken' }>;

const hasHeardConsent = ({ recordingConsentHeard }: CallState, { data }: OpeningSpoken): boolean =>
  recordingConsentHeard || data.recordingConsentHeard === true;

const opened = (turn: number): OpenTurn => ({ turn, agentStarted: false, composed: null });

export const evolveCall = (state: CallState, event: CallEvent): CallState => {
  switch (event.type) {
    case 'CallReceived': {
      const { callSid, accountSid, agentId, agentVersion, receivedAt } = event.data;
      return { ...state, phase: 'received', callSid, accountSid, agentId, agentVersion, receivedAt };
    }
    case 'CallRejected': {
      const { callSid, accountSid, reason } = event.data;
      return { ...state, phase: 'rejected', callSid, accountSid, rejectedFor: reason };
    }
    case 'CallAnswered':
      return { ...state, phase: 'answered', answeredAtMs: event.data.atMs };
    case 'MediaStreamStarted':
      return { ...state, attempt: event.data.attempt };
    case 'MediaStreamLost': {
      const { attempt, atMs } = event.data;
      return closeOpenSpeech({
        ...state,
        lostAttempt: Math.max(state.lostAttempt, attempt),
        lostAtMs: atMs,
        lossesAtMs: [...state.lossesAtMs, atMs].slice(-MAX_LOSSES - 1),
      });
    }
    case 'GreetingStarted':
      return { ...state, greeting: 'started', agentCutOff: true };
    case 'GreetingSpoken':
      return {
        ...state,
        greeting: 'spoken',
        recordingConsentHeard: hasHeardConsent(state, event),
        agentCutOff: event.data.interrupted,
        history: withEntry(state.history, {
          role: 'agent',
          text: event.data.heardText,
          interrupted: event.data.interrupted,
        }),
      };
    case 'CallerTurnCommitted':
      return {
        ...state,
        turn: event.data.turn,
        openTurn: opened(event.data.turn),
        agentCutOff: false,
        history: withEntry(state.history, { role: 'caller', text: event.data.text }),
      };
    case 'DtmfReceived':
      return {
        ...state,
        turn: event.data.turn,
        openTurn: opened(event.data.turn),
        agentCutOff: false,
        history: withEntry(state.history, { role: 'keys', digits: event.data.digits }),
      };
    case 'ToolCalled': {
      const { toolCallId, name, arguments: args } = event.data;
      return {
        ...state,
        history: withEntry(state.history, { role: 'tool_call', toolCallId, name, arguments: args }),
      };
    }
    case 'ToolReturned': {
      const { toolCallId, result } = event.data;
      return { ...state, history: withEntry(state.history, { role: 'tool_result', toolCallId, result }) };
    }
    case 'AgentTurnStarted':
      return state.openTurn
        ? { ...state, openTurn: { ...state.openTurn, agentStarted: true }, agentCutOff: true }
        : state;
    case 'AgentTurnComposed':
      return state.openTurn
        ? { ...state, openTurn: { ...state.openTurn, composed: event.data.text } }
        : state;
    case 'AgentTurnSpoken':
      return {
        ...state,
        openTurn: null,
        agentCutOff: event.data.interrupted,
        history: withEntry(state.history, {
          role: 'agent',
          text: event.data.heardText,
          interrupted: event.data.interrupted,
        }),
      };
    case 'SilencePrompted':
    case 'NoticeGiven':
      return {
        ...state,
        apologized: event.type === 'NoticeGiven' && event.data.notice === 'failed',
        transferFailed:
          state.transferFailed && !(event.type === 'NoticeGiven' && event.data.notice === 'transfer_failed'),
        openPrompt: event.data.turn === undefined ? null : state.history.length,
        history: withEntry(state.history, { role: 'agent', text: event.data.text, interrupted: false }),
      };
    case 'PromptSpoken':
      return {
        ...closePrompt(state, event.data),
        recordingConsentHeard: hasHeardConsent(state, event),
        apologized: state.apologized && event.data.heardText !== '',
      };
    case 'CallStatusReported':
      return {
        ...state,
        reports: [...state.reports, reportKey(event.data)],
        carrierEnded: state.carrierEnded || isTerminal(event.data.status),
      };
    case 'ProviderFailed':
      return event.data.capability === 'text_to_speech' ? { ...state, apologized: false } : state;
    case 'MediaStreamErrorReported':
      return { ...state, streamErrors: [...state.streamErrors, streamErrorKey(event.data)] };
    case 'MediaGapDetected':
      return { ...state, gappedAttempts: [...state.gappedAttempts, event.data.attempt] };
    case 'AudioProcessingFailed':
      return { ...state, audioFailures: [...state.audioFailures, audioFailureKey(event.data)] };
    case 'TransferRequested':
      return { ...state, transfers: withTransferEvent(state.transfers, event) };
    case 'TransferDialed': {
      const transfers = withTransferEvent(state.transfers, event);
      return closeStream({ ...state, transfers }, event.data.atMs);
    }
    case 'TransferEnded': {
      const transfers = withTransferEvent(state.transfers, event);
      const transferFailed = event.data.outcome !== 'answered';
      // What the caller had asked before is past: the agent asks what else there is.
      const asked = { openTurn: null, agentCutOff: false };
      return { ...closeStream({ ...state, transfers, transferFailed }, event.data.atMs), ...asked };
    }
    case 'CallEndRequested':
      return { ...state, endRequestedAtMs: event.data.atMs };
    case 'CallEnded':
      return { ...closeOpenSpeech(state), phase: 'ended', endReason: event.data.reason };
    case 'CallTraceStored':
      return { ...state, tracedAttempts: [...state.tracedAttempts, event.data.attempt] };
    case 'RecordingStarted': {
      const { attempt, folder, startedAtMs } = event.data;
      return {
        ...state,
        recordings: [...state.recordings, { attempt, folder, startedAtMs, stored: false }],
      };
    }
    case 'RecordingStored': {
      const { attempt } = event.data;
      return {
        ...state,
        recordings: state.recordings.map((one) => (one.attempt === attempt ? { ...one, stored: true } : one)),
      };
    }
    case 'MediaQualityMeasured':
      return { ...state, measuredAttempts: [...state.measuredAttempts, event.data.attempt] };
    default:
      return state;
  }
};
