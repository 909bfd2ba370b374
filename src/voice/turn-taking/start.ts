import { openingOf } from './consent.js';
import {
  countFailure,
  fail,
  hasFailedTooOften,
  lastResort,
  reasonOf,
  recordFailOver,
  report,
} from './failures.js';
import type { Input, Listener, Resumed } from './input.js';
import { giveNotice, giveNoticeBehindConsent } from './prompts.js';
import { cutReply, startReply } from './replies.js';
import { holds } from './rules.js';
import { armSilence } from './silence.js';
import type { Transition } from './transition.js';
import { hasWords } from './words.js';

/** The media stream is up: greet, or go on where another worker left off. */
export const onStart = (t: Transition, resumed: Resumed | null): void => {
  const { settings } = t.state;
  t.patch({ phase: 'listening' });
  t.setDeadline('max', settings.answeredAtMs + settings.maxDurationMs);
  if (resumed) return goOn(t, resumed);
  const text = openingOf(settings);
  if (!hasWords(text)) return armSilence(t);
  startReply(t, { kind: 'greeting', turn: 0, text });
};

/**
 * Never a second greeting: whom nobody took over is told so, an unanswered turn is answered, a cut-off agent asks the
 * caller to go on. That the call is recorded is said before that until it's heard, since the recording goes on.
 */
const goOn = (t: Transition, resumed: Resumed): void => {
  const { turn, unanswered, agentCutOff, toolCallIds = [], transfers = 0, transferFailed } = resumed;
  t.patch({ turn, earlierToolCallIds: toolCallIds, transfers });
  const notice = resumed.consentUnheard ? giveNoticeBehindConsent : giveNotice;
  if (transferFailed) {
    allowGoodbye(t);
    return notice(t, 'transfer_failed', t.phrases.transferFailed);
  }
  if (unanswered || !agentCutOff) return goOnBehindConsent(t, resumed);
  notice(t, 'resumed', t.phrases.resumed);
};

/** Nothing else is to be said before the answer, or at all. */
const goOnBehindConsent = (t: Transition, { turn, unanswered, consentUnheard }: Resumed): void => {
  const { settings } = t.state;
  const isSaid =
    consentUnheard && hasWords(settings.recordingConsent) && holds(settings, 'unheardConsentIsSaid');
  if (!isSaid) return unanswered ? startReply(t, { kind: 'answer', turn }) : armSilence(t);
  if (unanswered) t.patch({ owed: { turn, text: null, ends: null } });
  giveNoticeBehindConsent(t, 'resumed', '');
};

/** Ringing takes time, too: whose longest duration was over by then is still told that it is. */
const allowGoodbye = (t: Transition): void => {
  const { settings } = t.state;
  const maxDurationMs = Math.max(settings.maxDurationMs, t.nowMs - settings.answeredAtMs);
  t.patch({ settings: { ...settings, maxDurationMs } });
};

type SpeechToTextFailed = Extract<Input, { type: 'speech_to_text_failed' }>;

/** The session opens another stream by itself; after too many failures there is nobody to talk to. */
export const onSpeechToTextFailed = (t: Transition, failure: SpeechToTextFailed): void => {
  if (!failure.next) fail(t, 'speech_to_text', failure.error);
  else {
    listenWith(t, failure.next, failure);
    if (!failure.exhausted) return;
    countFailure(t, 'speech_to_text');
  }
  if (!hasFailedTooOften(t, 'speech_to_text') || t.state.phase === 'draining' || t.state.reply?.ends) return;
  cutReply(t, 'failure');
  const { ends, apology } = lastResort(t);
  giveNotice(t, 'failed', apology, ends);
};

/** Another provider listens now, and hears again what isn't final yet. */
const listenWith = (t: Transition, next: Listener, failure: SpeechToTextFailed): void => {
  const { settings } = t.state;
  const from = settings.providers.speech_to_text;
  if (!failure.circuitOpen) report(t, 'speech_to_text', from, failure);
  recordFailOver(t, 'speech_to_text', { from, to: next.provider }, reasonOf(failure));
  const { provider, finalWithinMs, interims } = next;
  const providerDecides = settings.turnDetection === 'provider' && next.decidesTurns === true;
  const providers = { ...settings.providers, speech_to_text: provider };
  t.patch({ settings: { ...settings, finalWithinMs, interims, providers }, providerDecides });
};
