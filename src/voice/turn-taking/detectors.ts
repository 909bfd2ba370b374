import type { TurnDetection } from '../../domain/agent/vocabulary.js';
import { uncommittedText } from './caller.js';
import type { Caller } from './caller-state.js';
import { evaluateTurn, isVoiced } from './end-of-turn.js';
import { endpointDelayMs } from './endpointing.js';
import { openText } from './open-interims.js';
import { holds } from './rules.js';
import type { ConversationSettings } from './state.js';
import type { Transition } from './transition.js';

/** When the caller's turn ends, by what is known now; `null`: nothing says that it does. There are words. */
type Detector = (t: Transition) => number | null;

/** The transcript has all that was said. */
export const isWhole = (caller: Caller): boolean => !caller.awaitsFinal && openText(caller) === '';

/** The words up to where somebody ended the turn are final; an interim since then is of the next one. */
export const hasFinalOfEnd = ({ endedAtMs, finals, finalAtMs, awaitsFinal }: Caller): boolean =>
  !awaitsFinal && finals.length > 0 && endedAtMs !== null && finalAtMs !== null && finalAtMs >= endedAtMs;

/** Words that nobody asked the final of: no voice stops in noise. */
export const isUnasked = ({ degraded, interim, awaitsFinal, endedAtMs }: Caller): boolean =>
  degraded && interim !== '' && !awaitsFinal && endedAtMs === null;

/** Voice stopped, the words sound finished, and the final transcript is there or had its time. */
const byVoiceActivity: Detector = (t) => {
  const { caller, state } = t;
  const { settings, said, pauseEmaMs } = state;
  if (isVoiced(t)) return null;
  const byVoice = caller.degraded ? null : caller.lastVoiceAtMs;
  const lastSoundAtMs = byVoice ?? caller.finalAtMs ?? caller.signalAtMs ?? t.nowMs;
  const delayMs = endpointDelayMs(uncommittedText(caller), {
    rules: settings.rules,
    language: settings.language,
    asked: said?.lastSentence ?? '',
    pauseEmaMs,
  });
  if (isUnasked(caller)) return (caller.signalAtMs ?? t.nowMs) + delayMs;
  const soundsFinishedAtMs = lastSoundAtMs + delayMs;
  return isWhole(caller)
    ? Math.max(soundsFinishedAtMs, caller.finalAtMs ?? 0)
    : Math.max(soundsFinishedAtMs, (caller.signalAtMs ?? t.nowMs) + settings.finalWithinMs);
};

/** Somebody else says when: only the words that belong to it are waited for. */
const byDecision: Detector = ({ caller, state }) => {
  if (caller.endedAtMs === null) return null;
  return isWhole(caller) || hasFinalOfEnd(caller)
    ? Math.max(caller.endedAtMs, caller.finalAtMs ?? 0)
    : finalDueAtMs(caller.endedAtMs, caller, state.settings);
};

/** When the final of a turn that ended then has had its time: of a stream that broke there's nothing more to come. */
const finalDueAtMs = (
  endedAtMs: number,
  { heardAgainAtMs }: Caller,
  settings: ConversationSettings,
): number => {
  const mayCatchUp = heardAgainAtMs !== null && holds(settings, 'streamsMayCatchUp');
  return Math.max(endedAtMs, mayCatchUp ? heardAgainAtMs : 0) + settings.finalWithinMs;
};

const detectors: Readonly<Record<TurnDetection, Detector>> = {
  voice_activity: byVoiceActivity,
  provider: byDecision,
  fixed_buffer: byDecision,
};

/** The agent's detector; where a fallback of the speech-to-text doesn't decide turns, voice activity does. */
export const turnDetectionOf = ({ settings, providerDecides }: Transition['state']): TurnDetection => {
  const wanted = settings.turnDetection;
  return wanted === 'provider' && !providerDecides ? 'voice_activity' : wanted;
};

/** When the caller's turn is answered; `null`: nothing says that it's over. */
export const turnDueAtMs = (t: Transition): number | null => {
  const { endedAtMs, cutIn } = t.caller;
  // Who cuts in doesn't wait.
  if (cutIn) return byDecision(t);
  const detect = endedAtMs === null ? detectors[turnDetectionOf(t.state)] : byDecision;
  const endsAtMs = detect(t);
  return endsAtMs === null ? null : endsAtMs + t.state.settings.responseDelayMs;
};

/** Enough audio is together: what was said in it is the turn. */
export const onBufferFull = (t: Transition): void => {
  const { phase, settings } = t.state;
  if (settings.turnDetection !== 'fixed_buffer' || phase === 'draining') return;
  if (phase !== 'listening') return askForWords(t);
  forgetWordlessBuffer(t);
  // Nothing was heard in it, or the words of the one before are still to come.
  if (t.caller.signalAtMs === null || t.caller.endedAtMs !== null) return;
  endTurnNow(t);
};

/** The last buffer's final had its time, and nothing was understood: what is said from here on is of the next one. */
export const forgetWordlessBuffer = (t: Transition): void => {
  const { caller, state } = t;
  const { endedAtMs, cutIn, voiced, onsetAtMs } = caller;
  if (endedAtMs === null || cutIn || uncommittedText(caller) !== '') return;
  if (state.settings.turnDetection !== 'fixed_buffer' || !holds(state.settings, 'wordlessBuffersEnd')) return;
  if (t.nowMs <= finalDueAtMs(endedAtMs, caller, state.settings)) return;
  const startedAtMs = voiced ? Math.max(onsetAtMs ?? endedAtMs, endedAtMs) : null;
  t.patchCaller({ endedAtMs: null, awaitsFinal: false, startedAtMs });
};

/** Beside the agent's voice a buffer ends no turn, but its words shall not wait in the speech-to-text. */
const askForWords = (t: Transition): void => {
  if (t.caller.interim === '' || t.caller.awaitsFinal) return;
  const askedAtMs = holds(t.state.settings, 'askedWordsStay') ? t.nowMs : null;
  t.patchCaller({ awaitsFinal: true, askedAtMs });
  t.effect({ type: 'finalize' });
};

/** The turn ends here, in the middle of speech or not: its last words are asked for. */
export const endTurnNow = (t: Transition): void => {
  t.patchCaller({ endedAtMs: t.nowMs, awaitsFinal: true });
  t.effect({ type: 'finalize' });
  evaluateTurn(t);
};
