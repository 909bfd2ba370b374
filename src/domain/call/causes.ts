import type { RecordedEvent } from '../event.js';
import type { CallEvent } from './events.js';
import type { EndReason, notices } from './vocabulary.js';

type Fits = (event: CallEvent) => boolean;
type Notice = (typeof notices)[number];

/**
 * By a call's events' ids: the event of the same call that each of them answers or carries on. What a person, the carrier or
 * the clock brought about has none: its cause isn't in the ledger. `events`: in the stream's order, from its beginning.
 */
export const causesOf = (events: readonly RecordedEvent<CallEvent>[]): ReadonlyMap<string, string> => {
  const causes = new Map<string, string>();
  const past: RecordedEvent<CallEvent>[] = [];
  for (const event of events) {
    for (const fits of candidatesOf(event)) {
      const cause = past.findLast(fits);
      if (!cause) continue;
      causes.set(event.id, cause.id);
      break;
    }
    past.push(event);
  }
  return causes;
};

const is =
  (type: CallEvent['type'], fields: Readonly<Record<string, unknown>> = {}): Fits =>
  (event) => {
    const data: Readonly<Record<string, unknown>> = event.data;
    return event.type === type && Object.entries(fields).every(([name, value]) => data[name] === value);
  };

/** What may have caused it: the first kind that there is, and of that the newest. */
const candidatesOf = (event: CallEvent): readonly Fits[] => {
  switch (event.type) {
    case 'CallAnswered':
    case 'CallRejected':
      return [is('CallReceived')];
    case 'MediaStreamStarted':
      return [
        is('MediaStreamLost', { attempt: event.data.attempt - 1 }),
        is('TransferEnded'),
        is('CallAnswered'),
      ];
    case 'MediaStreamLost':
    case 'CallResumed':
    case 'RecordingStarted':
    case 'CallTraceStored':
    case 'MediaQualityMeasured':
    case 'ProviderUsageMeasured':
    case 'MediaGapDetected':
    case 'AudioProcessingFailed':
      return [ofStream(event.data.attempt)];
    case 'MediaStreamErrorReported':
      return [is('MediaStreamStarted', { streamSid: event.data.streamSid })];
    case 'RecordingStored':
      return [is('RecordingStarted', { attempt: event.data.attempt }), ofStream(event.data.attempt)];
    case 'GreetingStarted':
      return [is('MediaStreamStarted')];
    case 'GreetingSpoken':
      return [is('GreetingStarted')];
    case 'NoticeGiven':
      return causesOfNotice[event.data.notice] ?? [];
    case 'TransferDialed':
      return [is('TransferRequested', { transfer: event.data.transfer })];
    case 'TransferEnded': {
      const { transfer } = event.data;
      return [is('TransferDialed', { transfer }), is('TransferRequested', { transfer })];
    }
    case 'CallEnded':
      return causesOfEnd[event.data.reason] ?? [];
    case 'PromptSpoken':
      return [promptOf(event.data.turn)];
    default:
      return withinTurn(event);
  }
};

const causesOfNotice: Readonly<Partial<Record<Notice, readonly Fits[]>>> = {
  resumed: [is('CallResumed')],
  transfer: [is('TransferRequested')],
  transfer_failed: [is('TransferEnded')],
};

const causesOfEnd: Readonly<Partial<Record<EndReason, readonly Fits[]>>> = {
  transferred: [is('TransferEnded'), is('TransferDialed')],
  operator: [is('CallEndRequested')],
};

const ofStream = (attempt: number): Fits => is('MediaStreamStarted', { attempt });

/** Of what is said after a turn one is said at a time: the newest. */
const promptOf =
  (turn: number): Fits =>
  (event) =>
    (event.type === 'SilencePrompted' || event.type === 'NoticeGiven') && event.data.turn === turn;

/** What was asked in a turn, then each step of its answer. */
const withinTurn = (event: CallEvent): readonly Fits[] => {
  switch (event.type) {
    case 'KnowledgeRetrieved':
    case 'ToolCalled':
    case 'AgentTurnStarted':
    case 'AgentTurnComposed':
    case 'ProviderFailed':
      return asked(event.data.turn);
    case 'TransferRequested':
      return event.data.turn === undefined ? [] : [is('AgentTurnSpoken', { turn: event.data.turn })];
    case 'ToolReturned':
      return [is('ToolCalled', { toolCallId: event.data.toolCallId })];
    case 'AgentTurnSpoken':
    case 'TurnBudgetExceeded':
      return [is('AgentTurnStarted', { turn: event.data.turn }), ...asked(event.data.turn)];
    case 'ProviderFailedOver': {
      const { turn, capability, from: provider } = event.data;
      return [is('ProviderFailed', { turn, capability, provider }), ...asked(turn)];
    }
    default:
      return [];
  }
};

const asked = (turn: number): readonly Fits[] => [
  (event) =>
    (event.type === 'CallerTurnCommitted' || event.type === 'DtmfReceived') && event.data.turn === turn,
];
