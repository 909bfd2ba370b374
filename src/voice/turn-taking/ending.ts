import type { CallEvent } from '../../domain/call/events.js';
import { isTerminal } from '../../domain/call/vocabulary.js';
import { uncommittedText } from './caller.js';
import { commitTurn } from './commit-turn.js';
import { turnDetectionOf } from './detectors.js';
import { isVoiced } from './end-of-turn.js';
import { type CallEnd, type Ending, type Handover, isHandover } from './handover.js';
import { recordKeys } from './keys.js';
import { policy } from './policy.js';
import { giveNotice } from './prompts.js';
import { abortModels, cutReply } from './replies.js';
import { forgetRetrieval } from './retrieval.js';
import { dropSpeculation } from './speculation.js';
import type { Reply } from './state.js';
import { abandonTools } from './tool-time.js';
import type { Transition } from './transition.js';

/** Does what was to come behind a reply that is over; `said`: it was said to its end. */
export const leave = (t: Transition, ending: Ending, said?: Reply): void =>
  isHandover(ending) ? handOver(t, ending, said) : endCall(t, ending);

/** A person has the call from here on: what the caller said is kept, and the stream closes. */
const handOver = (t: Transition, { request }: Handover, said: Reply | undefined): void => {
  recordLastWords(t);
  abandonTools(t);
  if (request) {
    const turn = said?.kind === 'answer' && { turn: said.turn };
    const transfer = t.state.transfers + 1;
    t.emit({ type: 'TransferRequested', data: { transfer, ...request, ...turn, atMs: t.nowMs } });
  }
  stop(t);
};

/** Records the end, with what the caller said before it. There must be no reply under way: `cutReply` ends one. */
const endCall = (t: Transition, { reason, by }: CallEnd): void => {
  recordLastWords(t);
  abandonTools(t);
  const durationMs = Math.max(0, Math.round(t.nowMs - t.state.settings.answeredAtMs));
  t.emit({ type: 'CallEnded', data: { reason, by, atMs: t.nowMs, durationMs } });
  stop(t);
};

/** What isn't a turn yet will be none later. */
const recordLastWords = (t: Transition): void => {
  if (uncommittedText(t.caller) !== '') commitTurn(t, 'call_ended');
  recordKeys(t);
};

/** Nothing more will be said, and nothing more recorded. */
const stop = (t: Transition): void => {
  dropSpeculation(t);
  forgetRetrieval(t);
  t.patch({ phase: 'ended', deadlines: {}, silence: null });
  t.effect({ type: 'close' });
};

/** The caller is gone, or the line is: what was said until then is kept. */
export const onSocket = (t: Transition, socket: 'stop' | 'closed'): void => {
  const isAgain = t.state.phase === 'draining';
  t.patch({ socket: socket === 'stop' || t.state.socket === 'stop' ? 'stop' : 'closed' });
  if (isAgain) {
    // Drained already, and only waiting whether the carrier comes back: it doesn't.
    if (t.state.socket === 'stop' && t.state.deadlines.drain === undefined) onGone(t);
    return;
  }
  cutReply(t, socket === 'stop' ? 'caller_hung_up' : 'media_lost');
  dropSpeculation(t);
  t.clearDeadlines('turn', 'force', 'limit', 'speculate', 'silence', 'max', 'keys', 'degraded');
  t.patch({ phase: 'draining' });
  // Without voice activity's word nobody has asked for the final yet.
  const isOpen = turnDetectionOf(t.state) !== 'voice_activity' && t.caller.interim !== '';
  const isSpeaking = isVoiced(t) || isOpen;
  if (!isSpeaking && !t.caller.awaitsFinal) return onDrained(t);
  if (isSpeaking) {
    t.effect({ type: 'finalize' });
    t.patchCaller({ voiced: false, awaitsFinal: true, lastVoiceAtMs: t.nowMs });
  }
  t.setDeadline('drain', t.nowMs + Math.min(policy.lastWordsMs, t.state.settings.finalWithinMs));
};

/** The last words are there, or had their time. */
export const onDrained = (t: Transition): void => {
  t.clearDeadlines('drain');
  recordLastWords(t);
  if (t.state.socket === 'stop') return onGone(t);
  t.setDeadline('gone', t.nowMs + policy.goneAfterMs);
};

/** A socket that closed without a word, and nobody came back. */
export const onGone = (t: Transition): void =>
  endCall(t, { reason: 'caller_hung_up', by: t.state.socket === 'stop' ? 'caller' : 'platform' });

/** The caller may talk over the notice as over anything else. That doesn't make the call longer. */
export const onMaxDuration = (t: Transition): void => {
  const { settings, reply } = t.state;
  const ends: Ending = { reason: 'max_duration', by: 'platform' };
  const latestMs = settings.answeredAtMs + settings.maxDurationMs + policy.goodbyeMs;
  if (t.nowMs >= latestMs) {
    cutReply(t, 'max_duration');
    return leave(t, reply?.ends ?? ends);
  }
  t.setDeadline('max', latestMs);
  if (reply?.ends) return;
  cutReply(t, 'max_duration');
  giveNotice(t, 'max_duration', t.phrases.timeIsUp, ends);
};

/** Nothing of the goodbye is made, sent or played any more. */
export const onGoodbyeLate = (t: Transition): void => {
  const ends = t.state.reply?.ends;
  if (!ends) return;
  cutReply(t, 'failure');
  leave(t, ends);
};

/** Others write to the call too. What ends this worker's part ends it without a word from it. */
export const onForeign = (t: Transition, event: CallEvent): void => {
  switch (event.type) {
    case 'CallEnded':
      return silence(t);
    case 'MediaStreamLost':
      return event.data.attempt >= t.state.settings.attempt ? silence(t) : undefined;
    case 'MediaStreamStarted':
      return event.data.attempt > t.state.settings.attempt ? silence(t) : undefined;
    case 'CallStatusReported':
      return isTerminal(event.data.status) ? onSocket(t, 'stop') : undefined;
    case 'TransferRequested':
      return putThrough(t, event.data.transfer);
    case 'TransferDialed':
    case 'TransferEnded':
      return silence(t);
    case 'CallEndRequested':
      return endAsAsked(t);
    default:
      return undefined;
  }
};

/** An operator wants a person to take the call over: that is said, and nothing that the caller says calls it off. */
const putThrough = (t: Transition, transfer: number): void => {
  t.patch({ transfers: transfer });
  if (isUnready(t)) return;
  cutReply(t, 'transfer');
  giveNotice(t, 'transfer', t.phrases.transfer, { request: null });
};

/** An operator wants the call to end: at once, whatever is being said. */
const endAsAsked = (t: Transition): void => {
  if (t.state.phase === 'new') return;
  cutReply(t, 'operator');
  endCall(t, { reason: 'operator', by: 'operator' });
};

/** What is asked before the start is asked again behind it; behind the line's end the carrier is told what comes. */
const isUnready = ({ state: { phase } }: Transition): boolean => phase === 'new' || phase === 'draining';

/** Fenced: another has the call, or nobody has. */
const silence = (t: Transition): void => {
  const { reply } = t.state;
  if (reply) abortModels(t, reply);
  if (reply) t.effect({ type: 'drop', reply: reply.id });
  t.patch({ reply: null });
  stop(t);
};
