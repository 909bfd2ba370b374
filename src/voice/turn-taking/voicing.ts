import { uncommittedText } from './caller.js';
import { turnDetectionOf } from './detectors.js';
import { evaluateTurn, isVoiced } from './end-of-turn.js';
import { withPause } from './endpointing.js';
import { allowHold, awaitWords } from './interruption.js';
import { policy } from './policy.js';
import { speculate } from './speculation.js';
import type { Transition } from './transition.js';

export const onVoice = (t: Transition, on: boolean, atMs: number): void => {
  if (on ? isKeyTone(t, atMs) : !t.caller.voiced) return;
  if (on) startVoice(t, atMs);
  else stopVoice(t, atMs);
  if (t.state.phase === 'listening') evaluateTurn(t);
  if (!on) speculate(t);
};

const isKeyTone = ({ state: { lastKeyAtMs } }: Transition, atMs: number): boolean =>
  lastKeyAtMs !== null && atMs <= lastKeyAtMs + policy.keyToneAfterMs;

const startVoice = (t: Transition, atMs: number): void => {
  const { lastVoiceAtMs, voiceEndedAtMs } = t.caller;
  // After some quiet voice activity is to be believed again.
  const isFresh = voiceEndedAtMs === null || atMs - voiceEndedAtMs > policy.believedAfterMs;
  const degraded = t.caller.degraded && !isFresh;
  const goesOn = lastVoiceAtMs !== null && uncommittedText(t.caller) !== '';
  if (goesOn && !degraded && t.state.phase === 'listening') learnPause(t, atMs - lastVoiceAtMs);
  const signal = degraded ? {} : { startedAtMs: t.caller.startedAtMs ?? atMs, signalAtMs: t.nowMs };
  t.patchCaller({
    voiced: true,
    onsetAtMs: atMs,
    paused: false,
    ...signal,
    degraded,
    // Renewed voice takes the request back: its words belong to this utterance.
    awaitsFinal: false,
    unconfirmed: '',
  });
  if (isFresh || t.state.deadlines.degraded === undefined) watchVoice(t);
  allowHold(t);
};

/** Only voice that is there stops the agent: the edge of its end comes late. */
export const onVoicePause = (t: Transition, paused: boolean): void => {
  if (!t.caller.voiced) return;
  t.patchCaller({ paused });
  if (!paused) allowHold(t);
};

/** The caller paused within a turn. */
export const learnPause = (t: Transition, pauseMs: number): void =>
  t.patch({ pauseEmaMs: withPause(t.state.pauseEmaMs, pauseMs) });

/** Voice must bring words, with or without breaks. Without interims, voice without words is how every utterance begins. */
export const watchVoice = (t: Transition): void => {
  if (!isVoiced(t)) return t.clearDeadlines('degraded');
  const { degradedAfterMs, degradedWithoutInterimsMs } = policy;
  const afterMs = t.state.settings.interims ? degradedAfterMs : degradedWithoutInterimsMs;
  t.setDeadline('degraded', t.nowMs + afterMs);
};

/** Noise that only sounds like voice: from here on transcripts alone decide. */
export const onDegraded = (t: Transition): void => {
  const { voiced, voiceEndedAtMs } = t.caller;
  const isOver = !voiced && t.nowMs - (voiceEndedAtMs ?? 0) > policy.believedAfterMs;
  if (isOver) return;
  t.patchCaller({ degraded: true });
  evaluateTurn(t);
};

const stopVoice = (t: Transition, atMs: number): void => {
  const endsUtterance = isEndOfUtterance(t);
  t.patchCaller({
    voiced: false,
    paused: false,
    lastVoiceAtMs: atMs,
    voiceEndedAtMs: atMs,
    ...(t.caller.degraded ? {} : { signalAtMs: t.nowMs }),
    awaitsFinal: endsUtterance,
  });
  t.clearDeadlines('hold');
  awaitWords(t);
  if (endsUtterance) t.effect({ type: 'finalize' });
};

/**
 * Whether the words so far should become final: not where others say when they do, nor where it's noise that stops. Over the agent a buffer
 * says nothing.
 */
const isEndOfUtterance = ({ state, caller }: Transition): boolean => {
  const { settings, phase } = state;
  if (caller.degraded && settings.interims && phase === 'listening') return false;
  const detection = turnDetectionOf(state);
  return detection === 'voice_activity' || (detection === 'fixed_buffer' && phase !== 'listening');
};
