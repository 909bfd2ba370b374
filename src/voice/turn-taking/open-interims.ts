import type { CallEvent } from '../../domain/call/events.js';
import type { Caller } from './caller-state.js';
import { hasFinalOfEnd } from './detectors.js';
import { overlapOf } from './overlap.js';
import { holds } from './rules.js';
import type { Transition } from './transition.js';
import { placedWords, wordsOf } from './words.js';

type Endpointing = Extract<CallEvent, { type: 'CallerTurnCommitted' }>['data']['endpointing'];
type Open = Pick<Caller, 'interim' | 'earlierInterims'>;

const nothingOpen: Open = { interim: '', earlierInterims: '' };

/** What was heard, and isn't final. */
export const openText = ({ earlierInterims, interim }: Open): string => joined(earlierInterims, interim);

export const joined = (...texts: readonly string[]): string => texts.filter((text) => text !== '').join(' ');

/**
 * The open ones, where another interim comes. A recognizer may understand what follows before the words are final that it
 * was asked for: what begins with others behind that, or behind another onset, replaces nothing.
 */
export const openBefore = ({ caller, state }: Transition, text: string): string => {
  const { interim, interimAtMs, onsetAtMs, endedAtMs, askedAtMs, earlierInterims } = caller;
  if (interim === '' || interimAtMs === null || !holds(state.settings, 'interimsStayOpen'))
    return earlierInterims;
  const isBehind = Math.max(onsetAtMs ?? 0, endedAtMs ?? 0, askedAtMs ?? 0) > interimAtMs;
  const isRevised = !isBehind || overlapOf(wordsOf(text), wordsOf(interim)).heard > 0;
  return isRevised ? earlierInterims : openText(caller);
};

/** Of the open ones, where a final comes: what is said behind it. */
export const leftOpen = ({ earlierInterims, interim }: Open, final: string): Open => {
  const heard = wordsOf(final);
  const overlap = overlapOf(heard, wordsOf(earlierInterims));
  // It says others, or more: those before it have become something else, or nothing.
  if (heard.length === 0 || overlap.heard < heard.length) return nothingOpen;
  const next = placedWords(earlierInterims)[overlap.known];
  return { earlierInterims: next ? earlierInterims.normalize('NFC').slice(next.at) : '', interim };
};

/** Of the open ones, where a turn is committed: those of it, and those that were begun behind its end. */
export const openAtEnd = (
  { caller, state }: Transition,
  endpointing: Endpointing,
): { readonly own: Open; readonly next: Open } => {
  const { interim, earlierInterims } = caller;
  const all = { interim, earlierInterims };
  if (endpointing === 'call_ended') return { own: all, next: nothingOpen };
  if (hasFinalOfEnd(caller)) return { own: nothingOpen, next: all };
  return isBegunBehind(caller) && holds(state.settings, 'laterInterimsAreNext')
    ? { own: { interim: '', earlierInterims }, next: { interim, earlierInterims: '' } }
    : { own: all, next: nothingOpen };
};

/** There are words before the turn's end, and the latest are of a voice that began after it. */
const isBegunBehind = ({ endedAtMs, onsetAtMs, interimAtMs, finals, earlierInterims }: Caller): boolean =>
  endedAtMs !== null &&
  Math.min(onsetAtMs ?? 0, interimAtMs ?? 0) > endedAtMs &&
  joined(...finals, earlierInterims) !== '';
