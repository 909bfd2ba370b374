import { fail, hasFailedTooOften } from './failures.js';
import type { Resumed } from './input.js';
import { cutReply, startReply } from './replies.js';
import { armSilence } from './silence.js';
import type { Transition } from './transition.js';
import { hasWords } from './words.js';

/** The media stream is up: greet, or go on where another worker left off. */
export const onStart = (t: Transition, resumed: Resumed | null): void => {
  const { settings } = t.state;
  t.patch({ phase: 'listening' });
  t.setDeadline('max', settings.answeredAtMs + settings.maxDurationMs);
  if (resumed) return goOn(t, resumed);
  if (!hasWords(settings.greeting)) return armSilence(t);
  startReply(t, { kind: 'greeting', turn: 0, text: settings.greeting });
};

/** Never a second greeting: an unanswered turn is answered, a cut-off agent asks the caller to go on. */
const goOn = (t: Transition, { turn, unanswered, agentCutOff }: Resumed): void => {
  t.patch({ turn });
  if (unanswered) return startReply(t, { kind: 'answer', turn });
  if (!agentCutOff) return armSilence(t);
  const text = t.phrases.resumed;
  t.emit({ type: 'NoticeGiven', data: { notice: 'resumed', text, atMs: t.nowMs } });
  startReply(t, { kind: 'prompt', turn, text });
};

/** The session opens another stream by itself; after too many failures there is nobody to talk to. */
export const onSpeechToTextFailed = (t: Transition, error: string): void => {
  fail(t, 'speech_to_text', error);
  if (!hasFailedTooOften(t, 'speech_to_text') || t.state.phase === 'draining' || t.state.reply?.ends) return;
  cutReply(t);
  const text = t.phrases.failure;
  t.emit({ type: 'NoticeGiven', data: { notice: 'failed', text, atMs: t.nowMs } });
  startReply(t, {
    kind: 'prompt',
    turn: t.state.turn,
    text,
    ends: { reason: 'failed', by: 'platform' },
  });
};
