import type { CallEvent } from './events.js';
import { type HistoryEntry, withEntry } from './history.js';
import { isTerminal } from './vocabulary.js';

/** What an answer to the caller is waiting for. */
export interface OpenTurn {
  readonly turn: number;
  /** The agent's voice was under way. */
  readonly agentStarted: boolean;
  /** The model's whole text; `null`: still composing. */
  readonly composed: string | null;
}

export interface CallState {
  readonly phase: 'none' | 'rejected' | 'received' | 'answered' | 'ended';
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
  /** Milliseconds on the call's clock. */
  readonly answeredAtMs: number;
  readonly greeting: 'none' | 'started' | 'spoken';
  /** The latest exchange's number. */
  readonly turn: number;
  /** The caller's turn that has no whole answer yet. */
  readonly openTurn: OpenTurn | null;
  /** The agent was cut short, and the caller has said nothing since. */
  readonly agentCutOff: boolean;
  /** For the model: what was said and what was heard. */
  readonly history: readonly HistoryEntry[];
  /** Status reports that are recorded already, as `source:sequence`. */
  readonly reports: readonly string[];
  /** The carrier says that the call is over. */
  readonly carrierEnded: boolean;
  /** The media streams whose conversation is kept. */
  readonly tracedAttempts: readonly number[];
}

export const initialCall: CallState = {
  phase: 'none',
  rejectedFor: null,
  callSid: null,
  accountSid: null,
  agentId: null,
  agentVersion: null,
  receivedAt: null,
  attempt: 0,
  lostAttempt: 0,
  lostAtMs: 0,
  answeredAtMs: 0,
  greeting: 'none',
  turn: 0,
  openTurn: null,
  agentCutOff: false,
  history: [],
  reports: [],
  carrierEnded: false,
  tracedAttempts: [],
};

/** One report a sequence number; without numbers, one a status. */
export const reportKey = (report: {
  source: string | null;
  sequence: number | null;
  status: string;
}): string => `${report.source ?? ''}:${report.sequence ?? report.status}`;

/** A worker that dies leaves the agent's turn open: nobody knows what was heard of it. */
const closeOpenTurn = (state: CallState): CallState =>
  state.openTurn?.agentStarted
    ? {
        ...state,
        openTurn: null,
        history: withEntry(state.history, { role: 'agent', text: null, interrupted: true }),
      }
    : state;

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
      return closeOpenTurn({ ...state, lostAttempt: Math.max(state.lostAttempt, attempt), lostAtMs: atMs });
    }
    case 'GreetingStarted':
      return { ...state, greeting: 'started', agentCutOff: true };
    case 'GreetingSpoken':
      return {
        ...state,
        greeting: 'spoken',
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
        history: withEntry(state.history, { role: 'agent', text: event.data.text, interrupted: false }),
      };
    case 'CallStatusReported':
      return {
        ...state,
        reports: [...state.reports, reportKey(event.data)],
        carrierEnded: state.carrierEnded || isTerminal(event.data.status),
      };
    case 'CallEnded':
      return { ...closeOpenTurn(state), phase: 'ended' };
    case 'CallTraceStored':
      return { ...state, tracedAttempts: [...state.tracedAttempts, event.data.attempt] };
    default:
      return state;
  }
};
