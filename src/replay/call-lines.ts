import type { CallEvent } from '../domain/call/events.js';
import type { ProviderUsage } from '../domain/call/media-events.js';
import type { TransferRequester } from '../domain/call/vocabulary.js';
import type { LedgerRecord } from '../ledger/ledger.js';

/** An event of a call, for people. */
export interface CallLine {
  readonly revision: number;
  /** On the call's clock. */
  readonly atMs: number;
  /** Who did it; empty: the platform. */
  readonly who: 'caller' | 'agent' | 'carrier' | '';
  readonly what: string;
}

type Told = Pick<CallLine, 'who' | 'what'> & { readonly atMs?: number };

const ERASED = '[erased]';

const said = (text: string | null): string => text ?? ERASED;
const plain = (word: string): string => word.replaceAll('_', ' ');

const wish: Readonly<Record<TransferRequester, string>> = {
  agent: 'the agent does it',
  operator: 'an operator wants it',
  platform: 'nothing else works any more',
};

type Spoken = Extract<CallEvent, { type: 'GreetingSpoken' | 'AgentTurnSpoken' | 'PromptSpoken' }>['data'];
const heard = ({ heardText: text, interrupted, cutBy }: Spoken): string => {
  const words = text === '' ? '[nothing]' : said(text);
  if (!interrupted) return words;
  return `${words} — interrupted${cutBy ? ` (${plain(cutBy)})` : ''}`;
};

const tell = (event: CallEvent, isErased: boolean): Told => {
  switch (event.type) {
    case 'CallReceived':
      return { who: 'caller', what: `calls ${said(event.data.to)} from ${said(event.data.from)}`, atMs: 0 };
    case 'CallRejected':
      return { who: '', what: `rejected: ${plain(event.data.reason)}`, atMs: 0 };
    case 'CallAnswered':
      return { who: '', what: 'answered', atMs: event.data.atMs };
    case 'MediaStreamStarted':
      return {
        who: '',
        what: `media stream ${event.data.attempt} at ${event.data.worker}`,
        atMs: event.data.atMs,
      };
    case 'MediaStreamLost':
      return { who: '', what: `media stream ${event.data.attempt} lost`, atMs: event.data.atMs };
    case 'CallResumed':
      return {
        who: '',
        what: `goes on with media stream ${event.data.attempt}, after ${event.data.gapMs} ms`,
      };
    case 'GreetingStarted':
      return { who: 'agent', what: `greets: ${said(event.data.text)}`, atMs: event.data.atMs };
    case 'GreetingSpoken':
      return {
        who: 'agent',
        what: heard(event.data),
        atMs: event.data.atMs,
      };
    case 'CallerTurnCommitted':
      return { who: 'caller', what: said(event.data.text) || '[not understood]', atMs: event.data.endedMs };
    case 'DtmfReceived':
      return { who: 'caller', what: `presses ${said(event.data.digits)}`, atMs: event.data.atMs };
    case 'BackchannelHeard':
      return { who: 'caller', what: `(${said(event.data.text)})`, atMs: event.data.atMs };
    case 'KnowledgeRetrieved': {
      const { outcome, hits, ms, atMs } = event.data;
      const found = new Set(hits.map(({ documentId }) => documentId)).size;
      const what = outcome === 'found' ? `${hits.length} passages of ${found} documents` : plain(outcome);
      return { who: '', what: `looked it up: ${what}, in ${ms} ms`, atMs };
    }
    case 'ToolCalled':
      return { who: 'agent', what: `calls ${event.data.name}(${said(event.data.arguments)})` };
    case 'ToolReturned':
      return { who: '', what: `returned ${said(event.data.result)} in ${event.data.ms} ms` };
    case 'AgentTurnStarted':
      return { who: 'agent', what: 'begins to speak', atMs: event.data.atMs };
    case 'AgentTurnComposed':
      return { who: 'agent', what: `composed: ${said(event.data.text)}` };
    case 'AgentTurnSpoken':
    case 'PromptSpoken':
      return {
        who: 'agent',
        what: heard(event.data),
        atMs: event.data.endedMs,
      };
    case 'SilencePrompted':
    case 'NoticeGiven':
      return { who: 'agent', what: `prompts: ${said(event.data.text)}`, atMs: event.data.atMs };
    case 'ProviderFailed':
      return {
        who: '',
        what: `${plain(event.data.capability)} of ${event.data.provider} failed: ${event.data.error}`,
        atMs: event.data.atMs,
      };
    case 'ProviderFailedOver': {
      const { capability, from, to, reason, atMs } = event.data;
      return { who: '', what: `${plain(capability)} goes from ${from} to ${to}: ${plain(reason)}`, atMs };
    }
    case 'TurnBudgetExceeded': {
      const { responseMs, budgetMs, slowestStage, stageMs, provider } = event.data;
      const whose = provider === null ? '' : ` of ${provider}`;
      return {
        who: '',
        what: `the answer took ${responseMs} ms (budget ${budgetMs}), ${stageMs} of them ${plain(slowestStage)}${whose}`,
      };
    }
    case 'MediaStreamErrorReported':
      return {
        who: 'carrier',
        what: `had trouble with the media stream: ${event.data.error}`,
        atMs: event.data.atMs,
      };
    case 'MediaGapDetected': {
      const { attempt, gapMs, atMs } = event.data;
      return { who: '', what: `media stream ${attempt} lacks ${gapMs} ms of the caller`, atMs };
    }
    case 'AudioProcessingFailed': {
      const { attempt, recoverable, error, atMs } = event.data;
      const then = recoverable ? '' : ', and was closed';
      return { who: '', what: `media stream ${attempt} could not be read${then}: ${error}`, atMs };
    }
    case 'CallStatusReported':
      return { who: 'carrier', what: `says ${event.data.status}` };
    case 'TransferRequested': {
      const { to, by, atMs } = event.data;
      return {
        who: by === 'agent' ? 'agent' : '',
        what: `puts the caller through to ${said(to)}: ${wish[by]}`,
        atMs,
      };
    }
    case 'TransferDialed':
      return { who: 'carrier', what: 'dials', atMs: event.data.atMs };
    case 'TransferEnded': {
      const { outcome, durationSeconds, atMs } = event.data;
      const lasted = durationSeconds === null ? '' : `, ${durationSeconds} s`;
      return { who: 'carrier', what: `put through: ${plain(outcome)}${lasted}`, atMs };
    }
    case 'CallEndRequested':
      return { who: '', what: 'is to end: an operator wants it', atMs: event.data.atMs };
    case 'CallEnded':
      return { who: '', what: `ended: ${plain(event.data.reason)}`, atMs: event.data.atMs };
    case 'CallTraceStored': {
      const { attempt, inputs, cut } = event.data;
      return {
        who: '',
        what: isErased
          ? `media stream ${attempt} can't be replayed: ${ERASED}`
          : `media stream ${attempt} can be replayed: ${inputs} inputs${cut ? ', cut' : ''}`,
      };
    }
    case 'RecordingStarted':
      return {
        who: '',
        what: `media stream ${event.data.attempt} is recorded`,
        atMs: event.data.startedAtMs,
      };
    case 'RecordingStored': {
      const { attempt, durationMs, complete } = event.data;
      return {
        who: '',
        what: isErased
          ? `media stream ${attempt} can't be listened to: ${ERASED}`
          : `media stream ${attempt} can be listened to: ${durationMs} ms${complete ? '' : ', not all of it'}`,
      };
    }
    case 'ProviderUsageMeasured': {
      const { attempt, usage } = event.data;
      return { who: '', what: `media stream ${attempt} used ${usage.map(usedBy).join(', ') || 'nobody'}` };
    }
    case 'MediaQualityMeasured': {
      const { attempt, gaps, gapMs, jitterMs, underruns } = event.data;
      return {
        who: '',
        what: `media stream ${attempt} had ${gaps} gaps of ${gapMs} ms, ${jitterMs} ms jitter, ${underruns} underruns`,
      };
    }
  }
};

/** What a provider bills by: `openai 812 and 96 tokens`. */
const usedBy = ({
  provider,
  heardMs,
  characters,
  spokenMs,
  inputTokens,
  outputTokens,
}: ProviderUsage): string =>
  [
    provider,
    heardMs !== undefined && `${seconds(heardMs)} s heard`,
    characters !== undefined && `${characters} characters`,
    spokenMs !== undefined && `${seconds(spokenMs)} s spoken`,
    inputTokens !== undefined && `${inputTokens} and ${outputTokens ?? 0} tokens`,
  ]
    .filter(Boolean)
    .join(' ');

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

/** The numbers are there from the first event on, until they are erased; what is kept is noise then, too. */
const isErasedBy = ({ type, data }: LedgerRecord): boolean => type === 'CallReceived' && data.from === null;

/** A call's events as lines; what has no time on the call's clock stands at the time of the line before it. */
export const callLines = (events: Iterable<LedgerRecord>, fromMs = 0): readonly CallLine[] => {
  let lastMs = fromMs;
  const all = [...events];
  const isErased = all.some(isErasedBy);
  return all.map((event) => {
    const { atMs = lastMs, ...told } = tell(event as unknown as CallEvent, isErased);
    lastMs = atMs;
    return { revision: event.revision, atMs, ...told };
  });
};
