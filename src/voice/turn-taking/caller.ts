import { isBackchannel } from './backchannels.js';
import { type Caller, silentCaller } from './caller-state.js';
import { answerOwedTurn } from './commit-turn.js';
import { forgetWordlessBuffer } from './detectors.js';
import { isLateEcho, shareOf } from './echo.js';
import { evaluateTurn } from './end-of-turn.js';
import { succeed } from './failures.js';
import { giveWay, mustGiveWay } from './giving-way.js';
import { withoutCommitted } from './heard-again.js';
import { isImpatient } from './impatience.js';
import type { Input } from './input.js';
import { hearWhileTalking, ignoreEcho, isUnstoppable } from './interruption.js';
import { joined, leftOpen, openBefore, openText } from './open-interims.js';
import { policy } from './policy.js';
import { cutReply } from './replies.js';
import { holds } from './rules.js';
import { beginSilenceAnew } from './silence.js';
import { dropSpeculation, onWordsChanged, speculate, stopPreparing } from './speculation.js';
import { isSpokenByModel } from './spoken-answer.js';
import type { OwedAnswer, Reply } from './state.js';
import type { Transition } from './transition.js';
import { learnPause, watchVoice } from './voicing.js';
import { hasWords, isClosedQuestion, wordsOf } from './words.js';

type Transcript = Extract<Input, { type: 'transcript' }>;

/** What was said and isn't committed yet. */
export const uncommittedText = ({ finals, ...caller }: Caller): string => joined(...finals, openText(caller));

/** A new utterance; a caller who still speaks has begun it already. */
export const resetCaller = (t: Transition): void => {
  dropSpeculation(t);
  const { voiced, onsetAtMs, paused, degraded, voiceEndedAtMs } = t.caller;
  const { unconfirmed, unsettled, heardAgainFromMs } = t.caller;
  const signal = degraded ? {} : { startedAtMs: t.nowMs, signalAtMs: t.nowMs };
  const goesOn = voiced ? { voiced, onsetAtMs, paused, ...signal } : {};
  const kept = { degraded, voiceEndedAtMs, unconfirmed, unsettled, heardAgainFromMs };
  t.patch({ caller: { ...silentCaller, ...goesOn, ...kept } });
  t.clearDeadlines('turn', 'force', 'limit', 'speculate');
};

/** The line may hang while the socket is open: nobody is to be blamed for silence then. */
export const onMediaFlow = (t: Transition, flows: boolean): void => {
  const { stalled, settings, deadlines } = t.state;
  t.patch({ stalled: !flows });
  const isBack = flows && stalled && deadlines.silence !== undefined;
  if (isBack && holds(settings, 'stallsAreNoSilence')) beginSilenceAnew(t);
};

export const onTranscript = (t: Transition, told: Transcript): void => {
  const transcript = withoutCommitted(t, told);
  const isEmpty = !hasWords(transcript.text);
  if (hasWords(told.text) && told.final) succeed(t, 'speech_to_text');
  // Whoever says it again says nothing of this turn's end.
  if (isEmpty && hasWords(told.text)) return onEmpty(t, transcript);
  if (!isEmpty && isKnown(t, transcript)) return;
  noteTurnSignal(t, transcript);
  if (isEmpty && transcript.final) takeBack(t);
  if (isEmpty) onEmpty(t, transcript);
  else hear(t, transcript);
  if (transcript.turn === 'probably_ended' && t.state.providerDecides) speculate(t);
};

/** A speech-to-text that decides turns takes its own word back, too. */
const noteTurnSignal = (t: Transition, { turn }: Transcript): void => {
  if (!t.state.providerDecides) return;
  if (turn === 'resumed') stopPreparing(t);
  if (turn === 'resumed') t.patchCaller({ endedAtMs: null });
  if (turn === 'ended') t.patchCaller({ endedAtMs: t.nowMs });
};

const hear = (t: Transition, transcript: Transcript): void => {
  if (isLateEcho(t, transcript.text)) return ignoreEcho(t, transcript);
  const { phase } = t.state;
  if (phase === 'speaking' || phase === 'held') {
    hearWhileTalking(t, transcript);
  } else if (phase === 'thinking') {
    hearWhileThinking(t, transcript);
  } else if (isLateBackchannel(t, transcript)) {
    if (transcript.final) hearBackchannel(t, transcript.text);
    evaluateTurn(t);
  } else {
    noteWords(t, transcript);
    evaluateTurn(t);
    const { turn } = t.state.deadlines;
    const isDueNow = turn !== undefined && turn <= t.nowMs;
    // Where it's of an earlier utterance, the next one is being said.
    if (transcript.final && t.caller.interim === '' && !isDueNow) speculate(t);
  }
};

/** What was guessed was nothing, but for what was begun since the final was asked for. */
const takeBack = (t: Transition): void => {
  const guessed = emptied(t);
  if (!guessed) {
    if (holds(t.state.settings, 'owedAnswersComeFirst')) answerOwedTurn(t);
    return;
  }
  t.patchCaller(guessed);
  const text = uncommittedText(t.caller);
  t.effect({ type: 'live', speaker: 'caller', turn: t.state.turn + 1, text });
  onWordsChanged(t);
  // Nobody heard a voice either.
  if (text === '' && t.caller.lastVoiceAtMs === null) resetCaller(t);
  answerOwedTurn(t);
};

/** What an empty final is of: the first that is open. */
const emptied = ({ caller, state }: Transition): Partial<Caller> | null => {
  const { interim, earlierInterims, voiced, endedAtMs, signalAtMs } = caller;
  if (earlierInterims !== '') return { earlierInterims: '' };
  const isNewer = endedAtMs === null ? voiced : (signalAtMs ?? 0) > endedAtMs;
  return interim === '' || isNewer || !holds(state.settings, 'emptyFinalsTakeBack') ? null : { interim: '' };
};

/** Finals may be empty: the speech-to-text heard nothing in what was voice. */
const onEmpty = (t: Transition, { final }: Transcript): void => {
  if (final) {
    t.patchCaller({ awaitsFinal: false, finalAtMs: t.nowMs, unconfirmed: '' });
    const { finals, interim, signalAtMs, endedAtMs, cutIn } = t.caller;
    const isOurs = endedAtMs !== null && (cutIn || !t.state.providerDecides);
    const isNewer = interim === '' || (signalAtMs ?? 0) > (endedAtMs ?? 0);
    const endedNothing = isOurs && finals.length === 0 && isNewer;
    // What was begun meanwhile is the next turn's, and its limit begins anew.
    const startedAtMs = t.caller.voiced || interim !== '' ? t.nowMs : null;
    if (endedNothing) t.patchCaller({ endedAtMs: null, cutIn: false, startedAtMs });
  }
  evaluateTurn(t);
};

/** The words of a turn that was committed before its final came. Other words are new ones. */
const isKnown = (t: Transition, { text, final }: Transcript): boolean => {
  const isCommitted = shareOf(wordsOf(text), wordsOf(t.caller.unconfirmed)) === 1;
  if (final || !isCommitted) t.patchCaller({ unconfirmed: '' });
  return isCommitted;
};

/** Voice without words while the agent talked was an echo or noise: it's no turn. */
export const forgetWordlessVoice = (t: Transition): void => {
  if (uncommittedText(t.caller) === '' && !t.caller.awaitsFinal) resetCaller(t);
};

/** Keeps the words for the turn, and shows them to those who follow. */
export const noteWords = (t: Transition, { text, final, confidence }: Transcript): void => {
  // A final may as well be the one that was asked for.
  if (!final) forgetWordlessBuffer(t);
  const { caller } = t;
  const shown = uncommittedText(caller);
  watchVoice(t);
  t.patchCaller({
    startedAtMs: caller.startedAtMs ?? t.nowMs,
    signalAtMs: t.nowMs,
    ...(final
      ? {
          finals: [...caller.finals, text.trim()],
          ...leftOpen(caller, text),
          finalAtMs: t.nowMs,
          awaitsFinal: false,
          confidence: lower(caller.confidence, confidence),
        }
      : { interim: text.trim(), interimAtMs: t.nowMs, earlierInterims: openBefore(t, text) }),
  });
  const known = uncommittedText(t.caller);
  if (known === shown) return;
  t.effect({ type: 'live', speaker: 'caller', turn: t.state.turn + 1, text: known });
  onWordsChanged(t);
};

/** A turn is as sure as its least sure part. */
const lower = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

/** The agent hasn't begun to speak: a caller who goes on wasn't finished, but for a "mhm" or a "hello?" */
const hearWhileThinking = (t: Transition, transcript: Transcript): void => {
  const { reply } = t.state;
  if (reply && isUnstoppable(t, reply)) return noteWords(t, transcript);
  if (isBackchannel(transcript.text, transcript.final, t.state.settings) || isImpatient(t, transcript)) {
    if (transcript.final) hearBackchannel(t, transcript.text);
    return;
  }
  learnFalseEnd(t);
  if (reply && mustGiveWay(t, reply)) {
    giveWay(t, reply);
    return noteWords(t, transcript);
  }
  cutReply(t, 'caller_speech');
  t.patch({ owed: reply ? owedOf(t, reply) : null });
  noteWords(t, transcript);
  evaluateTurn(t);
};

/**
 * A text that's recorded is said later, and not composed anew; a model that spoke it itself has said it in vain. What waits
 * behind the consent waits on.
 */
const owedOf = (t: Transition, reply: Reply): OwedAnswer | null => {
  const { kind, turn, composed, text, ends, saysConsent } = reply;
  if (saysConsent) return t.state.owed;
  if (kind !== 'answer' || (composed && isSpokenByModel(reply))) return null;
  return { turn, text: composed ? text : null, ends: composed ? ends : null };
};

/** The turn was committed in what was only a pause. */
const learnFalseEnd = (t: Transition): void => {
  const lastVoiceAtMs = t.state.reply?.stages?.lastVoiceAtMs;
  const { onsetAtMs } = t.caller;
  if (lastVoiceAtMs != null && onsetAtMs !== null) learnPause(t, onsetAtMs - lastVoiceAtMs);
};

/** A "mhm" that was begun while the agent spoke, and is known only now; after "Is that right?" it's the answer. */
const isLateBackchannel = ({ state, caller, nowMs }: Transition, { text, final }: Transcript): boolean => {
  const { said, settings } = state;
  if (!said || caller.onsetAtMs === null || !holds(settings, 'lateBackchannels')) return false;
  const isLate = caller.onsetAtMs < said.atMs && nowMs <= said.atMs + policy.lateBackchannelMs;
  return (
    isLate && isBackchannel(text, final, settings) && !isClosedQuestion(said.lastSentence, settings.language)
  );
};

/** Heard, and no turn: the agent goes on. What was said before it stays. */
export const hearBackchannel = (t: Transition, text: string): void => {
  t.emit({ type: 'BackchannelHeard', data: { turn: t.state.turn, text, atMs: t.nowMs } });
  const interim = isOfNextVoice(t) ? t.caller.interim : '';
  t.patchCaller({ interim, awaitsFinal: false, endedAtMs: null });
  forgetWordlessVoice(t);
};

/** The interim: voice that is on has brought it, and what is final just now was said before that. */
const isOfNextVoice = ({ caller, state }: Transition): boolean => {
  const { voiced, onsetAtMs, interimAtMs } = caller;
  const isBehind = voiced && onsetAtMs !== null && interimAtMs !== null && interimAtMs > onsetAtMs;
  return isBehind && holds(state.settings, 'backchannelsLeaveInterims');
};
