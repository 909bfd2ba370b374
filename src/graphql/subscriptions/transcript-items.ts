import { encodeCursor } from '../../../projections/runtime/keyset.js';
import type { CallEvent } from '../../domain/call/events.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import type { LiveText } from '../../live/live-channel.js';
import type { TranscriptItem } from '../types/transcript.js';

export const TRANSCRIPT_CURSOR = 'transcript:revision';

const blank: Omit<TranscriptItem, 'callId' | 'cursor' | 'kind'> = {
  final: true,
  speaker: null,
  turn: null,
  text: null,
  startedMs: null,
  endedMs: null,
  interrupted: false,
  cutBy: null,
  confidence: null,
  endReason: null,
};

type Line = Partial<TranscriptItem> & Pick<TranscriptItem, 'kind'>;

/** What an event adds to the transcript; `null`: nothing. */
const lineOf = (event: CallEvent): Line | null => {
  switch (event.type) {
    case 'GreetingSpoken': {
      const { heardText: text, interrupted, cutBy = null, atMs: endedMs } = event.data;
      return { kind: 'SPEECH', speaker: 'AGENT', turn: 0, text, interrupted, cutBy, endedMs };
    }
    case 'CallerTurnCommitted': {
      const { turn, text, startedMs, endedMs, confidence } = event.data;
      return { kind: 'SPEECH', speaker: 'CALLER', turn, text, startedMs, endedMs, confidence };
    }
    case 'DtmfReceived': {
      const { turn, digits, atMs } = event.data;
      return { kind: 'KEYS', speaker: 'CALLER', turn, text: digits, startedMs: atMs, endedMs: atMs };
    }
    case 'BackchannelHeard': {
      const { turn, text, atMs } = event.data;
      return { kind: 'BACKCHANNEL', speaker: 'CALLER', turn, text, startedMs: atMs };
    }
    case 'AgentTurnSpoken': {
      const { turn, heardText: text, interrupted, cutBy = null, startedMs, endedMs } = event.data;
      return { kind: 'SPEECH', speaker: 'AGENT', turn, text, interrupted, cutBy, startedMs, endedMs };
    }
    case 'SilencePrompted':
    case 'NoticeGiven': {
      const { turn, text, atMs: startedMs } = event.data;
      // Of others `PromptSpoken` tells what was heard.
      return turn === undefined ? { kind: 'NOTICE', speaker: 'AGENT', text, startedMs } : null;
    }
    case 'PromptSpoken': {
      const { turn, heardText: text, interrupted, cutBy = null, startedMs, endedMs } = event.data;
      return { kind: 'NOTICE', speaker: 'AGENT', turn, text, interrupted, cutBy, startedMs, endedMs };
    }
    case 'TransferRequested':
      return { kind: 'TRANSFER', startedMs: event.data.atMs };
    case 'CallResumed':
      return { kind: 'RESUMED' };
    case 'CallEnded':
      return { kind: 'ENDED', endedMs: event.data.atMs, endReason: event.data.reason };
    case 'CallRejected':
      return { kind: 'ENDED' };
    default:
      return null;
  }
};

export const transcriptItem = (callId: string, event: LedgerRecord): TranscriptItem | null => {
  const line = lineOf(event as CallEvent & LedgerRecord);
  return (
    line && { ...blank, callId, cursor: encodeCursor(TRANSCRIPT_CURSOR, [String(event.revision)]), ...line }
  );
};

export const interimItem = (callId: string, { speaker, turn, text }: LiveText): TranscriptItem => ({
  ...blank,
  callId,
  cursor: null,
  kind: 'SPEECH',
  final: false,
  speaker: speaker === 'caller' ? 'CALLER' : 'AGENT',
  turn,
  text,
});
