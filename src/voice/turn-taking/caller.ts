import { echoShare } from './echo.js';
import { evaluateTurn, isVoiced } from './end-of-turn.js';
import { succeed } from './failures.js';
import type { Input } from './input.js';
import { allowHold, hearWhileTalking } from './interruption.js';
import { policy } from './policy.js';
import { cutReply } from './replies.js';
import { type Caller, silentCaller } from './state.js';
import type { Transition } from './transition.js';
import { hasWords, wordListsOf, wordsOf } from './words.js';

type Transcript = Extract<Input, { type: 'transcript' }>;

/** What was said and isn't committed yet. */
export const uncommittedText = ({ finals, interim }: Caller): string =>
  [...finals, interim].filter((text) => text !== '').join(' ');

/** A new utterance; a caller who still speaks has begun it already. */
export const resetCaller = (t: Transition): void => {
  const { voiced, onsetAtMs, degraded, unconfirmed } = t.caller;
  const goesOn = voiced ? { voiced, onsetAtMs, startedAtMs: t.nowMs, signalAtMs: t.nowMs } : {};
  t.patch({ caller: { ...silentCaller, ...goesOn, degraded, unconfirmed } });
  t.clearDeadlines('turn', 'force');
};

export const onVoice = (t: Transition, on: boolean, atMs: number): void => {
  if (on ? isKeyTone(t, atMs) : !t.caller.voiced) return;
  if (on) startVoice(t, atMs);
  else stopVoice(t, atMs);
  if (t.state.phase === 'listening') evaluateTurn(t);
};

const isKeyTone = ({ state: { lastKeyAtMs } }: Transition, atMs: number): boolean =>
  lastKeyAtMs !== null && atMs <= lastKeyAtMs + policy.keyToneAfterMs;

const startVoice = (t: Transition, atMs: number): void => {
  t.patchCaller({
    voiced: true,
    onsetAtMs: atMs,
    startedAtMs: t.caller.startedAtMs ?? atMs,
    signalAtMs: t.nowMs,
    // Renewed voice takes the request back: its words belong to this utterance.
    awaitsFinal: false,
    unconfirmed: '',
  });
  watchVoice(t);
  allowHold(t);
};

/** Voice must bring words. Without interims, voice without words is how every utterance begins. */
const watchVoice = (t: Transition): void => {
  if (isVoiced(t) && t.state.settings.interims) t.setDeadline('degraded', t.nowMs + policy.degradedAfterMs);
};

const stopVoice = (t: Transition, atMs: number): void => {
  // Whatever sounded like voice has an end: voice activity is to be believed again.
  t.patchCaller({
    voiced: false,
    lastVoiceAtMs: atMs,
    signalAtMs: t.nowMs,
    awaitsFinal: true,
    degraded: false,
  });
  t.clearDeadlines('degraded', 'hold');
  t.effect({ type: 'finalize' });
};

export const onTranscript = (t: Transition, transcript: Transcript): void => {
  if (!hasWords(transcript.text)) return onEmptyFinal(t, transcript);
  if (transcript.final) succeed(t, 'speech_to_text');
  if (isKnown(t, transcript)) return;
  const { phase } = t.state;
  if (phase === 'speaking' || phase === 'held') {
    hearWhileTalking(t, transcript);
  } else if (phase === 'thinking') {
    hearWhileThinking(t, transcript);
  } else {
    noteWords(t, transcript);
    evaluateTurn(t);
  }
};

/** Finals may be empty: the speech-to-text heard nothing in what was voice. */
const onEmptyFinal = (t: Transition, { final }: Transcript): void => {
  if (!final) return;
  t.patchCaller({ awaitsFinal: false, finalAtMs: t.nowMs, unconfirmed: '' });
  evaluateTurn(t);
};

/** The words of a turn that was committed before its final came. Other words are new ones. */
const isKnown = (t: Transition, { text, final }: Transcript): boolean => {
  const isCommitted = echoShare(text, t.caller.unconfirmed) === 1;
  if (final || !isCommitted) t.patchCaller({ unconfirmed: '' });
  return isCommitted;
};

/** Voice without words while the agent talked was an echo or noise: it's no turn. */
export const forgetWordlessVoice = (t: Transition): void => {
  if (uncommittedText(t.caller) === '' && !t.caller.awaitsFinal) resetCaller(t);
};

/** Keeps the words for the turn, and shows them to those who follow. */
export const noteWords = (t: Transition, { text, final, confidence }: Transcript): void => {
  const { caller } = t;
  const shown = uncommittedText(caller);
  watchVoice(t);
  t.patchCaller({
    startedAtMs: caller.startedAtMs ?? t.nowMs,
    signalAtMs: t.nowMs,
    ...(final
      ? {
          finals: [...caller.finals, text.trim()],
          interim: '',
          finalAtMs: t.nowMs,
          awaitsFinal: false,
          confidence: lower(caller.confidence, confidence),
        }
      : { interim: text.trim() }),
  });
  const known = uncommittedText(t.caller);
  if (known !== shown) t.effect({ type: 'live', speaker: 'caller', turn: t.state.turn + 1, text: known });
};

/** A turn is as sure as its least sure part. */
const lower = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

/** The agent hasn't begun to speak: a caller who goes on wasn't finished, but for a "mhm". */
const hearWhileThinking = (t: Transition, transcript: Transcript): void => {
  const { never } = wordListsOf(t.state.settings.language);
  const onlyBackchannels = wordsOf(transcript.text).every((word) => never.has(word));
  if (onlyBackchannels) {
    if (transcript.final) hearBackchannel(t, transcript.text);
    return;
  }
  cutReply(t);
  noteWords(t, transcript);
  evaluateTurn(t);
};

/** Heard, and no turn: the agent goes on. What was said before it stays. */
export const hearBackchannel = (t: Transition, text: string): void => {
  t.emit({ type: 'BackchannelHeard', data: { turn: t.state.turn, text, atMs: t.nowMs } });
  t.patchCaller({ interim: '', awaitsFinal: false });
  forgetWordlessVoice(t);
};
