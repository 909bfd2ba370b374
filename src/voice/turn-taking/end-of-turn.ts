import type { CallEvent } from '../../domain/call/events.js';
import { resetCaller, uncommittedText } from './caller.js';
import { onDrained } from './ending.js';
import { endpointDelayMs } from './endpointing.js';
import { stagesOf } from './latency.js';
import { policy } from './policy.js';
import { startReply } from './replies.js';
import { armSilence } from './silence.js';
import type { Caller } from './state.js';
import type { Transition } from './transition.js';

type Endpointing = Extract<CallEvent, { type: 'CallerTurnCommitted' }>['data']['endpointing'];

/** Whether voice activity says that the caller speaks; it says nothing any more once it's degraded. */
export const isVoiced = ({ caller: { voiced, degraded } }: Transition): boolean => voiced && !degraded;

/** When the caller's turn ends, by what is known now. */
export const evaluateTurn = (t: Transition): void => {
  const { phase } = t.state;
  if (phase === 'draining') {
    if (!t.caller.awaitsFinal && t.state.deadlines.drain !== undefined) onDrained(t);
    return;
  }
  if (phase !== 'listening') return;
  t.clearDeadlines('turn', 'force');
  const { signalAtMs } = t.caller;
  if (isVoiced(t) || signalAtMs === null) return;
  t.setDeadline('force', signalAtMs + policy.forceAfterMs);
  if (uncommittedText(t.caller) !== '') t.setDeadline('turn', turnDueAtMs(t));
};

/** The words sound finished, and the final transcript is there or had its time. */
const turnDueAtMs = (t: Transition): number => {
  const { caller } = t;
  const { language, finalWithinMs } = t.state.settings;
  const byVoice = caller.degraded ? null : caller.lastVoiceAtMs;
  const lastSoundAtMs = byVoice ?? caller.finalAtMs ?? caller.signalAtMs ?? t.nowMs;
  const soundsFinishedAtMs = lastSoundAtMs + endpointDelayMs(uncommittedText(caller), language);
  return isWhole(caller)
    ? Math.max(soundsFinishedAtMs, caller.finalAtMs ?? 0)
    : Math.max(soundsFinishedAtMs, (caller.signalAtMs ?? t.nowMs) + finalWithinMs);
};

/** The transcript has all that was said. */
const isWhole = ({ awaitsFinal, interim }: Caller): boolean => !awaitsFinal && interim === '';

export const onTurnDue = (t: Transition): void =>
  answerTurn(t, isWhole(t.caller) ? 'transcript' : 'timeout', turnDueAtMs(t));

const answerTurn = (t: Transition, endpointing: Endpointing, dueAtMs: number): void => {
  const { lastVoiceAtMs, finalAtMs } = t.caller;
  const turn = commitTurn(t, endpointing);
  t.patch({ askedToRepeat: false });
  startReply(t, {
    kind: 'answer',
    turn,
    stages: stagesOf({
      lastVoiceAtMs,
      finalAtMs,
      dueAtMs: Math.min(dueAtMs, t.nowMs),
      committedAtMs: t.nowMs,
    }),
  });
};

/** Records what the caller said as the next turn. A final that didn't come in time may come later. */
export const commitTurn = (t: Transition, endpointing: Endpointing): number => {
  const { caller } = t;
  const turn = t.state.turn + 1;
  const endedMs = caller.lastVoiceAtMs ?? caller.signalAtMs ?? t.nowMs;
  t.emit({
    type: 'CallerTurnCommitted',
    data: {
      turn,
      text: uncommittedText(caller),
      startedMs: Math.min(caller.startedAtMs ?? endedMs, endedMs),
      endedMs,
      confidence: caller.confidence,
      endpointing,
    },
  });
  t.patch({ turn });
  resetCaller(t);
  t.patchCaller({ unconfirmed: isWhole(caller) ? '' : uncommittedText(caller) });
  return turn;
};

/** The safety net. Voice without a word: the agent asks once, then the silence ladder has it. */
export const onForceTurn = (t: Transition): void => {
  if (uncommittedText(t.caller) !== '') return answerTurn(t, 'forced', t.nowMs);
  if (t.state.askedToRepeat) {
    resetCaller(t);
    return armSilence(t);
  }
  const turn = commitTurn(t, 'forced');
  t.patch({ askedToRepeat: true });
  const text = t.phrases.notUnderstood;
  t.emit({ type: 'AgentTurnComposed', data: { turn, text, usage: null } });
  startReply(t, { kind: 'answer', turn, text });
};

/** Noise that only sounds like voice: from here on transcripts alone decide. */
export const onDegraded = (t: Transition): void => {
  t.patchCaller({ degraded: true });
  evaluateTurn(t);
};
