import type { CallEvent } from '../../domain/call/events.js';
import type { Ending } from './handover.js';
import { startReply } from './replies.js';
import { holds } from './rules.js';
import type { Transition } from './transition.js';

type DataOf<T extends CallEvent['type']> = Extract<CallEvent, { type: T }>['data'];

/** Says a sentence of the platform's own that answers nobody. There must be no reply under way. */
const prompt = (t: Transition, text: string, tell: (told: Told) => CallEvent, ends?: Ending): void => {
  const { turn, settings } = t.state;
  t.emit(tell({ text, ...(holds(settings, 'promptsAreHeard') && { turn }), atMs: t.nowMs }));
  t.effect({ type: 'live', speaker: 'agent', turn, text });
  startReply(t, { kind: 'prompt', turn, text, ...(ends && { ends }) });
};

type Told = Pick<DataOf<'NoticeGiven'>, 'text' | 'turn' | 'atMs'>;

export const giveNotice = (
  t: Transition,
  notice: DataOf<'NoticeGiven'>['notice'],
  text: string,
  ends?: Ending,
): void => prompt(t, text, (told) => ({ type: 'NoticeGiven', data: { notice, ...told } }), ends);

/** `rung`: as in the event. */
export const breakSilence = (t: Transition, rung: 1 | 2, text: string, ends?: Ending): void =>
  prompt(t, text, (told) => ({ type: 'SilencePrompted', data: { rung, ...told } }), ends);
