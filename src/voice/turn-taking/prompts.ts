import type { CallEvent } from '../../domain/call/events.js';
import { consentSaid, openingOf } from './consent.js';
import type { Ending } from './handover.js';
import { type ReplyStart, startReply } from './replies.js';
import { holds } from './rules.js';
import type { Transition } from './transition.js';

type DataOf<T extends CallEvent['type']> = Extract<CallEvent, { type: T }>['data'];

/** Says a sentence of the platform's own that answers nobody. There must be no reply under way. */
const prompt = (
  t: Transition,
  text: string,
  tell: (told: Told) => CallEvent,
  also: Pick<ReplyStart, 'ends' | 'saysConsent'> = {},
): void => {
  const { turn, settings } = t.state;
  t.emit(tell({ text, ...(holds(settings, 'promptsAreHeard') && { turn }), atMs: t.nowMs }));
  t.effect({ type: 'live', speaker: 'agent', turn, text });
  startReply(t, { kind: 'prompt', turn, text, ...also });
};

type Told = Pick<DataOf<'NoticeGiven'>, 'text' | 'turn' | 'atMs'>;

type Notice = DataOf<'NoticeGiven'>['notice'];

export const giveNotice = (t: Transition, notice: Notice, text: string, ends?: Ending): void =>
  prompt(t, text, (told) => ({ type: 'NoticeGiven', data: { notice, ...told } }), { ends });

/** Behind the sentence that the call is recorded, where there is one. */
export const giveNoticeBehindConsent = (t: Transition, notice: Notice, text: string): void => {
  const { settings } = t.state;
  const consent = consentSaid(settings);
  const tell = (told: Told): CallEvent => ({ type: 'NoticeGiven', data: { notice, ...consent, ...told } });
  prompt(t, openingOf({ ...settings, greeting: text }), tell, { saysConsent: true });
};

/** `rung`: as in the event. */
export const breakSilence = (t: Transition, rung: 1 | 2, text: string, ends?: Ending): void =>
  prompt(t, text, (told) => ({ type: 'SilencePrompted', data: { rung, ...told } }), { ends });
